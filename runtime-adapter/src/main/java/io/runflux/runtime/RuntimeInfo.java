// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime is.
 *
 * @param name such as {@code runc}
 * @param binary its program, with symbolic links resolved, or null if it has none of its own
 * @param version in the words of the runtime; empty if it could not be asked
 * @param isolates whether containers are shut off from the host at all
 * @param warnings what someone who relies on it should know: published vulnerabilities, and why it cannot be used
 */
public record RuntimeInfo(String name, @Nullable Path binary, String version, boolean isolates, List<String> warnings) {
    /**
     * Copies the values.
     *
     * @param name such as {@code runc}
     * @param binary its program, or null if it has none of its own
     * @param version in the words of the runtime
     * @param isolates whether containers are shut off from the host at all
     * @param warnings what someone who relies on it should know
     */
    public RuntimeInfo {
        warnings = List.copyOf(warnings);
    }
}
