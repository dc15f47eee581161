// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where plugins are, where attachments are written down, and how long plugins may take.
 *
 * @param pluginDirectories where plugins are searched for, absolute; those that are not there are passed over
 * @param stateDirectory where attachments are written down, absolute; made when it is needed, for this user alone
 * @param callTimeout how long one call of one plugin may take
 * @param hostNamespace the namespace that plugins see as the host's, with its bridges and firewall, or null for this
 *     JVM's own
 */
public record CniOptions(
        List<Path> pluginDirectories,
        Path stateDirectory,
        Duration callTimeout,
        @Nullable Path hostNamespace) {
    /**
     * Checks and copies the values.
     *
     * @param pluginDirectories where plugins are searched for, absolute
     * @param stateDirectory where attachments are written down, absolute
     * @param callTimeout how long one call of one plugin may take
     * @param hostNamespace the namespace that plugins see as the host's, or null for this JVM's own
     * @throws IllegalArgumentException if a path is relative, a directory of plugins has a {@code :}, or the timeout is
     *     not above zero
     */
    public CniOptions {
        pluginDirectories = List.copyOf(pluginDirectories);
        pluginDirectories.forEach(directory -> checkPath("directory of CNI plugins", directory));
        checkPath("state directory of CNI", stateDirectory);
        if (hostNamespace != null) {
            checkPath("host namespace of CNI", hostNamespace);
        }
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("call timeout of CNI must be above zero, was " + callTimeout);
        }
    }

    /**
     * Returns {@code /opt/cni/bin} and {@code /usr/lib/cni}, {@code /var/lib/runflux/cni}, 30 seconds and this JVM's
     * namespace.
     *
     * @return the defaults
     */
    public static CniOptions defaults() {
        return new CniOptions(
                List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni")),
                Path.of("/var/lib/runflux/cni"),
                Duration.ofSeconds(30),
                null);
    }

    /**
     * Returns these options with other plugins.
     *
     * @param directories where plugins are searched for, absolute
     * @return the options
     */
    public CniOptions withPluginDirectories(List<Path> directories) {
        return new CniOptions(directories, stateDirectory, callTimeout, hostNamespace);
    }

    /**
     * Returns these options with another place for what is written down. It must outlive what plugins keep themselves,
     * which for addresses is most often {@code /var/lib/cni}.
     *
     * @param directory where attachments are written down, absolute
     * @return the options
     */
    public CniOptions withStateDirectory(Path directory) {
        return new CniOptions(pluginDirectories, directory, callTimeout, hostNamespace);
    }

    /**
     * Returns these options with another time limit.
     *
     * @param timeout how long one call of one plugin may take
     * @return the options
     */
    public CniOptions withCallTimeout(Duration timeout) {
        return new CniOptions(pluginDirectories, stateDirectory, timeout, hostNamespace);
    }

    /**
     * Returns these options with another namespace for what plugins make on the host's side.
     *
     * @param namespace absolute, or null for this JVM's own
     * @return the options
     */
    public CniOptions withHostNamespace(@Nullable Path namespace) {
        return new CniOptions(pluginDirectories, stateDirectory, callTimeout, namespace);
    }

    private static void checkPath(String what, Path path) {
        if (!path.isAbsolute() || path.toString().indexOf(':') >= 0) {
            throw new IllegalArgumentException(what + " must be an absolute path without ':', was '" + path + "'");
        }
    }
}
