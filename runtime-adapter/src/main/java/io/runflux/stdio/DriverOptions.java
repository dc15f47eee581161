// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which logging drivers may be started, for whom, and how.
 *
 * @param launcher what starts them, which has to be {@linkplain ProcessLauncher#isNative() native}; disposing of it
 *     ends them
 * @param containerId whose output it is; a driver finds it in {@code CONTAINER_ID}
 * @param namespace of the container; a driver finds it in {@code CONTAINER_NAMESPACE}
 * @param allowedExecutables the drivers, by their absolute paths without symbolic links; they and the directories above
 *     them must belong to root or to this user, and be writable by their owner alone
 * @param limits how long one waits for a driver, and for how much
 */
public record DriverOptions(
        ProcessLauncher launcher,
        ContainerId containerId,
        String namespace,
        Set<Path> allowedExecutables,
        DriverLimits limits) {
    private static final Pattern NAMESPACE = Pattern.compile("(?=.{1,76}$)[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*");

    /**
     * Checks the values.
     *
     * @param launcher what starts them
     * @param containerId whose output it is
     * @param namespace of the container, by the rules of container ids
     * @param allowedExecutables the drivers
     * @param limits how long one waits for a driver, and for how much
     * @throws IllegalArgumentException if the namespace is not such, or a path is not absolute or has {@code .} or
     *     {@code ..} in it
     */
    public DriverOptions {
        Objects.requireNonNull(launcher, "launcher");
        Objects.requireNonNull(containerId, "containerId");
        Objects.requireNonNull(limits, "limits");
        allowedExecutables = Set.copyOf(allowedExecutables);
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new IllegalArgumentException("namespace must match " + NAMESPACE + ", was '" + namespace + "'");
        }
        for (Path executable : allowedExecutables) {
            if (!executable.isAbsolute() || !executable.equals(executable.normalize())) {
                throw new IllegalArgumentException(
                        "allowed executable must be absolute, without '.' and '..', was '" + executable + "'");
            }
        }
    }

    /**
     * Returns options that allow no driver yet, with the default limits.
     *
     * @param launcher what starts drivers
     * @param containerId whose output it is
     * @param namespace of the container
     * @return the options
     * @throws IllegalArgumentException if the namespace breaks the rules of container ids
     */
    public static DriverOptions of(ProcessLauncher launcher, ContainerId containerId, String namespace) {
        return new DriverOptions(launcher, containerId, namespace, Set.of(), DriverLimits.defaults());
    }

    /**
     * Returns a copy that allows other drivers.
     *
     * @param value absolute paths without symbolic links
     * @return the copy
     * @throws IllegalArgumentException if a path is not absolute, or has {@code .} or {@code ..} in it
     */
    public DriverOptions withAllowedExecutables(Path... value) {
        return new DriverOptions(launcher, containerId, namespace, Set.of(value), limits);
    }

    /**
     * Returns a copy with other limits.
     *
     * @param value the limits
     * @return the copy
     */
    public DriverOptions withLimits(DriverLimits value) {
        return new DriverOptions(launcher, containerId, namespace, allowedExecutables, value);
    }
}
