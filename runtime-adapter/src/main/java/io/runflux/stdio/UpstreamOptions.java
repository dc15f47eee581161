// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be opened, and how.
 *
 * @param allowedRoots the directories below which files may be, absolute and without symbolic links
 * @param isTerminal whether the process has a terminal, and therefore no standard error
 * @param drivers which logging drivers may be started, and how; null for none
 */
public record UpstreamOptions(
        List<Path> allowedRoots,
        boolean isTerminal,
        @Nullable DriverOptions drivers) {
    private static final UpstreamOptions DEFAULTS = new UpstreamOptions(List.of(), false, null);

    /**
     * Checks the roots.
     *
     * @param allowedRoots the directories below which files may be
     * @param isTerminal whether the process has a terminal
     * @param drivers which logging drivers may be started, and how; null for none
     * @throws IllegalArgumentException if a root is not absolute, or has {@code .} or {@code ..} in it
     */
    public UpstreamOptions {
        allowedRoots = List.copyOf(allowedRoots);
        for (Path root : allowedRoots) {
            if (!root.isAbsolute() || !root.equals(root.normalize())) {
                throw new IllegalArgumentException(
                        "allowed root must be absolute, without '.' and '..', was '" + root + "'");
            }
        }
    }

    /**
     * Returns no allowed root, so that no file can be opened, no terminal and no drivers.
     *
     * @return the defaults
     */
    public static UpstreamOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns a copy with other roots.
     *
     * @param value the directories below which files may be
     * @return the copy
     * @throws IllegalArgumentException if a root is not absolute, or has {@code .} or {@code ..} in it
     */
    public UpstreamOptions withAllowedRoots(Path... value) {
        return new UpstreamOptions(List.of(value), isTerminal, drivers);
    }

    /**
     * Returns a copy with or without a terminal.
     *
     * @param value whether the process has one
     * @return the copy
     */
    public UpstreamOptions withTerminal(boolean value) {
        return new UpstreamOptions(allowedRoots, value, drivers);
    }

    /**
     * Returns a copy with logging drivers.
     *
     * @param value which ones may be started, and how; null for none
     * @return the copy
     */
    public UpstreamOptions withDrivers(@Nullable DriverOptions value) {
        return new UpstreamOptions(allowedRoots, isTerminal, value);
    }
}
