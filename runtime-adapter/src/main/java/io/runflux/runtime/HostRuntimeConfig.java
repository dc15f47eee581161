// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;

/**
 * How the host runtime works.
 *
 * @param root the directory where the state of containers is kept, absolute; made for this user alone if it is missing,
 *     and used only if it and all directories above it belong to root or this user and nobody else can write to them;
 *     above it, sticky directories of root, such as {@code /tmp}, will do
 * @param usesBundleRoot whether processes have the bundle's root directory (chroot(2), which needs root) rather than
 *     that of the host. It is a place, not a prison, and it does not go together with users, limits, terminals and
 *     parent-death signals
 */
public record HostRuntimeConfig(Path root, boolean usesBundleRoot) {
    /**
     * Checks the path.
     *
     * @param root the directory where the state of containers is kept, absolute
     * @param usesBundleRoot whether processes have the bundle's root directory
     * @throws IllegalArgumentException if the path is relative
     */
    public HostRuntimeConfig {
        Paths.checkAbsolute("root of the host runtime", root);
    }

    /**
     * Returns the defaults: the root is {@code /run/runflux/host} for root, {@code $XDG_RUNTIME_DIR/runflux/host} for
     * others, and {@code /tmp/runflux-UID/host} for others without that variable; processes have the root directory of
     * the host.
     *
     * @return the defaults
     */
    public static HostRuntimeConfig defaults() {
        return new HostRuntimeConfig(Paths.stateDirectory("host"), false);
    }

    /**
     * Returns this configuration with another root.
     *
     * @param value the directory where the state of containers is kept, absolute
     * @return the configuration
     */
    public HostRuntimeConfig withRoot(Path value) {
        return new HostRuntimeConfig(value, usesBundleRoot);
    }

    /**
     * Returns this configuration with processes in the bundle's root directory, or in that of the host.
     *
     * @param value whether processes have the bundle's root directory
     * @return the configuration
     */
    public HostRuntimeConfig withUsesBundleRoot(boolean value) {
        return new HostRuntimeConfig(root, value);
    }
}
