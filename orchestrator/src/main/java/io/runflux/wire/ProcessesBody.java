// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.runtime.ProcessState;
import java.util.List;

/**
 * The processes in a container.
 *
 * @param processes those that the runtime finds in it, in its order
 */
public record ProcessesBody(List<ProcessState> processes) {
    /**
     * Copies the values.
     *
     * @param processes those that the runtime finds in it, in its order
     */
    public ProcessesBody {
        processes = List.copyOf(processes);
    }
}
