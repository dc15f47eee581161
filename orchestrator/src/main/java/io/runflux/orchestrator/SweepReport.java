// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.util.List;

/**
 * What a sweep has found. A container may be named several times, since each of its runs is written down by itself.
 *
 * @param released the containers whose resources were released
 * @param left the containers whose resources are in use, or may be: their owner has not ended, as far as can be told,
 *     or they are there themselves
 * @param errors what could not be read, asked for or released, in the order of finding; that is tried again by the next
 *     sweep
 */
public record SweepReport(List<ContainerId> released, List<ContainerId> left, List<Throwable> errors) {
    /**
     * Copies the values.
     *
     * @param released the containers whose resources were released
     * @param left the containers whose resources are in use
     * @param errors what could not be read, asked for or released
     */
    public SweepReport {
        released = List.copyOf(released);
        left = List.copyOf(left);
        errors = List.copyOf(errors);
    }
}
