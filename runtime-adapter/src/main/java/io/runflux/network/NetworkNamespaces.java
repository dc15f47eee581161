// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Network namespaces with names, as files of one directory that keep them. They outlive this JVM, and need root.
 *
 * <p>No thread of this JVM ever enters a namespace: one that could not leave again would stay there, and with it
 * whatever it does next. Children do, and end.
 *
 * <p>Every returned publisher is cold, and works anew for each subscription. Errors are {@link NetworkException}s.
 * Works of the same name are done one after another. Safe for concurrent use; there is nothing to dispose of.
 */
public interface NetworkNamespaces {
    /** Where namespaces are kept unless said otherwise. */
    Path DIRECTORY = Path.of("/run/runflux/netns");

    /**
     * Returns the namespaces of {@link #DIRECTORY}.
     *
     * @param launcher what children are started with, which stays its owner's
     * @return the namespaces
     */
    static NetworkNamespaces of(ProcessLauncher launcher) {
        return in(launcher, DIRECTORY);
    }

    /**
     * Returns the namespaces of a directory, which is made when the first of them is. It and all above it must be
     * writable by root and this user alone. In {@code /run/netns} they are seen by {@code ip netns}, too, which should
     * have been used there before: it mounts the directory over itself when it is used first, and hides from us what is
     * there.
     *
     * @param launcher what children are started with, which stays its owner's
     * @param directory where they are kept, absolute
     * @return the namespaces
     * @throws IllegalArgumentException if the directory is relative
     */
    static NetworkNamespaces in(ProcessLauncher launcher, Path directory) {
        Objects.requireNonNull(launcher, "launcher");
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException(
                    "directory of network namespaces must be absolute, was '" + directory + "'");
        }
        return new FileNetworkNamespaces(new Programs(launcher), directory);
    }

    /**
     * Makes a namespace, with a loopback interface that is switched on.
     *
     * @param name letters and digits with single {@code .}, {@code _} or {@code -} between them, at most 76 characters
     * @return the namespace; fails with {@link NamespaceAlreadyExistsException} if there is a file of that name, and
     *     then leaves it alone; any other ending, cancelling included, leaves nothing, in the background if it has to
     * @throws IllegalArgumentException if the name is no such name
     */
    Mono<NetworkNamespace> create(String name);

    /**
     * Removes a namespace, and whatever a crash may have left of one. The kernel ends it, and the interfaces in it,
     * once no process and no open file holds it, and does so a moment later. What is attached to a network is
     * {@linkplain CniNetworks#delete detached} first: plugins look for it in the namespace.
     *
     * @param name as for {@link #create}
     * @return completes empty, also if there is none; cancelling does not stop it
     * @throws IllegalArgumentException if the name is no such name
     */
    Mono<Void> remove(String name);

    /**
     * Lists the namespaces whose names {@link #create} would take, whoever made them.
     *
     * @return the namespaces as they are when this is subscribed to, in no order
     */
    Flux<NetworkNamespace> list();

    /**
     * Lists the interfaces in a namespace, but for the loopback. Of networks nothing is known here:
     * {@link CniNetworks#endpoints} does know.
     *
     * @param namespace the namespace, which may have been made by others, or be that of a process
     *     ({@code /proc/PID/ns/net})
     * @return the interfaces by their index, all or an error, never empty; fails with {@link NoSuchNamespaceException}
     */
    Mono<List<NamespaceEndpoint>> endpoints(Path namespace);
}
