// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime is.
 *
 * @param name such as {@code runc}
 * @param binary its program, with symbolic links resolved, or null if it has none of its own
 * @param version in the words of the runtime; empty if it could not be asked
 * @param isolates whether containers are shut off from the host at all
 * @param features what it can do of that which not all can; empty if it could not be asked
 * @param warnings what someone who relies on it should know: published vulnerabilities, and why it cannot be used
 */
public record RuntimeInfo(
        String name,
        @Nullable Path binary,
        String version,
        boolean isolates,
        Set<RuntimeFeature> features,
        List<String> warnings) {
    /**
     * Copies the values.
     *
     * @param name such as {@code runc}
     * @param binary its program, or null if it has none of its own
     * @param version in the words of the runtime
     * @param isolates whether containers are shut off from the host at all
     * @param features what it can do of that which not all can
     * @param warnings what someone who relies on it should know
     */
    public RuntimeInfo {
        features = Set.copyOf(features);
        warnings = List.copyOf(warnings);
    }
}
