// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Attaches containers to networks, by plugins of CNI. What plugins do most often needs root.
 *
 * <p>A plugin is started from a directory that only root and this user can write to. It gets its parameters, a fixed
 * search path and nothing else of this JVM's environment, and is killed with all that it started once it takes too
 * long.
 *
 * <p>Every returned publisher is cold, and works anew for each subscription. Errors are {@link NetworkException}s, most
 * often {@link CniException}s. Works on the same container are done one after another, in the order of their
 * subscriptions, as long as they are asked of the same networks: other ones, in other JVMs above all, do not know of
 * them, and must leave a container alone that is still worked on. None is ended in the middle of a plugin, which could
 * leave anything: a cancelled one ends in the background, and the next one on the container waits for that. Signals are
 * emitted on event loops, timers and the bounded elastic scheduler. Safe for concurrent use; there is nothing to
 * dispose of.
 */
public interface CniNetworks {
    /**
     * Returns the networks of these options.
     *
     * @param launcher what plugins are started with, which stays its owner's
     * @param options where plugins are, and how long they may take
     * @return the networks
     */
    static CniNetworks of(ProcessLauncher launcher, CniOptions options) {
        Objects.requireNonNull(launcher, "launcher");
        PluginRunner runner = new PluginRunner(launcher, options, Schedulers.parallel());
        EndpointReader endpoints = new EndpointReader(new Programs(launcher));
        NamespaceGuard guard = new NamespaceGuard(options.hostNamespace());
        return new PluginCniNetworks(runner, new AttachmentStore(options.stateDirectory()), guard, endpoints);
    }

    /**
     * Attaches a container to a network: calls the plugins in their order, each with the result of the one before. That
     * this was begun is on disk before the first is called, and what came of it before this completes.
     *
     * <p>The namespace must be there, and must not be that of the host. An interface of a container is of one network
     * alone.
     *
     * <p>If a plugin fails, or this is cancelled, those that were called are called to delete in reverse order, and all
     * is forgotten. Where one of them fails at that, too, its error is a suppressed one of the first, and the
     * attachment stays written down, for {@link #delete}. Without one of the plugins nothing is begun. A cancellation
     * can come when the result is already on its way: nothing is taken back then, and the result may be dropped by an
     * operator that has cancelled. So whoever cancels, and is not given a result, calls {@link #delete}, which waits
     * for what was cancelled and does no harm if nothing is left.
     *
     * @param network the network
     * @param attachment what to attach
     * @return what came of it, never empty; fails with {@link CniException.Reason#ALREADY_ATTACHED} if the interface is
     *     attached, and with {@link NoSuchNamespaceException}
     */
    Mono<CniResult> add(CniNetwork network, CniAttachment attachment);

    /**
     * Has the plugins check an attachment, in their order, up to the first that finds something wrong.
     *
     * @param network the network; its plugins are those of the time when the container was attached
     * @param attachment what is attached
     * @return completes empty if all is well, and at once if the network has its check disabled; fails with
     *     {@link CniException.Reason#NOT_ATTACHED}, or as the plugin says
     */
    Mono<Void> check(CniNetwork network, CniAttachment attachment);

    /**
     * Detaches a container from a network: calls the plugins in reverse order, all of them even if some fail. What was
     * written down counts where it differs from what is given, if it can be read. It may be repeated, and may be called
     * for what never was attached or whose namespace is gone: plugins then look for what is left. A namespace is gone,
     * too, if there is another one at its path, or that of the host: plugins are not told of it.
     *
     * <p>Not all plugins find what is left: the bridge of Debian 12 looks in the namespace for the addresses whose
     * masquerading it ends, and leaves rules of the firewall behind without it. So detach first, and remove the
     * namespace then.
     *
     * @param network the network
     * @param attachment what to detach
     * @return completes empty once all plugins have succeeded, and nothing is written down any more; fails with the
     *     first error, the others suppressed in it, and the attachment stays written down. Cancelling does not stop it
     */
    Mono<Void> delete(CniNetwork network, CniAttachment attachment);

    /**
     * Lists what is written down, by this JVM and by others: all that {@link #delete} has to be called for, a crash
     * included.
     *
     * @return the attachments as they are when this is subscribed to; what cannot be read is an error after the others
     */
    Flux<AttachedNetwork> attachments();

    /**
     * Lists the interfaces in a namespace, but for the loopback, with the networks that they came from as far as what
     * is written down can be read.
     *
     * @param namespace the path that containers were attached with
     * @return the interfaces by their index, all or an error, never empty; fails with {@link NoSuchNamespaceException}
     */
    Mono<List<NamespaceEndpoint>> endpoints(Path namespace);

    /**
     * Asks a plugin which versions of CNI it speaks.
     *
     * @param type the plugin
     * @return the versions, such as {@code 1.0.0}
     * @throws IllegalArgumentException if that is no name of a plugin
     */
    Mono<List<String>> versions(String type);

    /**
     * Asks all plugins of a network whether they speak its version of CNI. {@link #add} does not: the plugins refuse
     * then by themselves.
     *
     * @param network the network
     * @return completes empty if they do; fails with {@link CniException.Reason#VERSION}, or as {@link #versions} does
     */
    Mono<Void> validate(CniNetwork network);
}
