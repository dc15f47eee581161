// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import java.util.Objects;

/**
 * Whether a hook file is for a container.
 *
 * @param file the file
 * @param applies whether its hook is called
 * @param reason why, or why not, for a person to read; may name the container's command and keys of its annotations
 */
public record HookVerdict(HookFile file, boolean applies, String reason) {
    /**
     * Checks the values.
     *
     * @param file the file
     * @param applies whether its hook is called
     * @param reason why, or why not, for a person to read; may name the container's command and keys of its annotations
     */
    public HookVerdict {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(reason, "reason");
    }
}
