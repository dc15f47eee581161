// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The paths in a configuration of gVisor's runsc, in which {@code %ID%} stands for the container.
 *
 * <p>The rules are those of gVisor's containerd shim as it was until March 2026: the shim replaced {@code %ID%} before
 * it called runsc. Later releases of runsc replace it themselves.
 */
public final class RuntimePaths {
    /** What stands for the id of the container. */
    private static final String ID = "%ID%";

    private static final String SHIM_LOG = "runsc-shim-" + ID + ".log";

    /** The flags whose values are paths that runsc writes to. */
    private static final List<String> PATH_FLAGS = List.of(
            "log",
            "panic-log",
            "debug-log",
            "coverage-report",
            "profile-block",
            "profile-cpu",
            "profile-heap",
            "profile-mutex",
            "trace");

    private RuntimePaths() {}

    /**
     * Returns the paths that runsc will write to, so that their directories can be made first.
     *
     * @param id the container
     * @param config flags of runsc without their dashes, and their values
     * @return the values of {@code log}, {@code panic-log}, {@code debug-log}, {@code coverage-report},
     *     {@code profile-block}, {@code profile-cpu}, {@code profile-heap}, {@code profile-mutex} and {@code trace}, in
     *     that order, as far as they are there, empty ones too, with every {@code %ID%} replaced
     */
    public static List<String> emittedPaths(ContainerId id, Map<String, String> config) {
        return PATH_FLAGS.stream()
                .filter(config::containsKey)
                .map(flag -> replaceId(config.getOrDefault(flag, ""), id))
                .toList();
    }

    /**
     * Replaces every {@code %ID%} in the values that {@link #emittedPaths} returns. Other values stay as they are, and
     * may hold {@code %ID%}.
     *
     * @param id the container
     * @param config flags of runsc without their dashes, and their values; not changed
     * @return a new map in the same order
     */
    public static Map<String, String> formatRunscPaths(ContainerId id, Map<String, String> config) {
        Set<String> flags = Set.copyOf(PATH_FLAGS);
        Map<String, String> formatted = new LinkedHashMap<>(config);
        formatted.replaceAll((flag, value) -> flags.contains(flag) ? replaceId(value, id) : value);
        return Collections.unmodifiableMap(formatted);
    }

    /**
     * Returns where the shim writes its log: a path that ends with a slash is a directory, in which the file is
     * {@code runsc-shim-%ID%.log}; then every {@code %ID%} is replaced.
     *
     * @param path a file, a directory ending with a slash, or empty for no log
     * @param id the container
     * @return the file, or empty for no log
     */
    public static String formatShimLogPath(String path, ContainerId id) {
        return replaceId(path.endsWith("/") ? path + SHIM_LOG : path, id);
    }

    private static String replaceId(String path, ContainerId id) {
        return path.replace(ID, id.value());
    }
}
