// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.network.CniOptions;
import io.runflux.network.NetworkNamespaces;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where resources are, and where they are written down.
 *
 * @param stateDirectory where it is written down what containers hold, absolute, or null for nowhere: then nothing can
 *     be swept after a crash, and there are no networks. Made when it is needed, for this user alone. The names of
 *     runtimes tell containers of the same id apart, so it is for one root directory of each runtime, and for one pid
 *     namespace
 * @param roots where files, FIFOs, sockets, directories and mounts may lie that are held, absolute; the users of these
 *     directories are trusted not to replace them. Bundles of runs need none
 * @param namespaceDirectory where network namespaces are kept, absolute
 * @param cni how networks are attached
 */
public record ResourceOptions(
        @Nullable Path stateDirectory, List<Path> roots, Path namespaceDirectory, CniOptions cni) {
    /**
     * Checks and copies the values.
     *
     * @param stateDirectory where it is written down what containers hold, or null for nowhere
     * @param roots where resources may lie that have a path
     * @param namespaceDirectory where network namespaces are kept
     * @param cni how networks are attached
     * @throws IllegalArgumentException if a path is relative, or has {@code .} or {@code ..}
     */
    public ResourceOptions {
        roots = List.copyOf(roots);
        roots.forEach(root -> checkPath("root of resources", root));
        checkPath("directory of network namespaces", namespaceDirectory);
        if (stateDirectory != null) {
            checkPath("state directory of resources", stateDirectory);
        }
    }

    /**
     * Returns no state directory, no roots, {@link NetworkNamespaces#DIRECTORY} and {@link CniOptions#defaults()}.
     *
     * @return the defaults
     */
    public static ResourceOptions defaults() {
        return new ResourceOptions(null, List.of(), NetworkNamespaces.DIRECTORY, CniOptions.defaults());
    }

    /**
     * Returns these options with another state directory.
     *
     * @param value where it is written down what containers hold, or null for nowhere
     * @return the options
     */
    public ResourceOptions withStateDirectory(@Nullable Path value) {
        return new ResourceOptions(value, roots, namespaceDirectory, cni);
    }

    /**
     * Returns these options with other roots.
     *
     * @param value where resources may lie that have a path
     * @return the options
     */
    public ResourceOptions withRoots(List<Path> value) {
        return new ResourceOptions(stateDirectory, value, namespaceDirectory, cni);
    }

    /**
     * Returns these options with another directory of network namespaces.
     *
     * @param value as for {@link NetworkNamespaces#in}
     * @return the options
     */
    public ResourceOptions withNamespaceDirectory(Path value) {
        return new ResourceOptions(stateDirectory, roots, value, cni);
    }

    /**
     * Returns these options with another way to attach networks.
     *
     * @param value how networks are attached
     * @return the options
     */
    public ResourceOptions withCni(CniOptions value) {
        return new ResourceOptions(stateDirectory, roots, namespaceDirectory, value);
    }

    private static void checkPath(String what, Path path) {
        if (!path.isAbsolute() || !path.normalize().equals(path)) {
            throw new IllegalArgumentException(
                    what + " must be an absolute path, without . and .., was '" + path + "'");
        }
    }
}
