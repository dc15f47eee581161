// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.NoSuchContainerException;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Has the orchestrator create, start and remove the containers of a pool. */
final class WarmTemplate {
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private final Orchestrator orchestrator;
    private final WarmIds ids;
    private final Function<ContainerId, LaunchRequest> template;
    private final PoolMeters meters;

    WarmTemplate(
            Orchestrator orchestrator, WarmIds ids, Function<ContainerId, LaunchRequest> template, PoolMeters meters) {
        this.meters = meters;
        this.orchestrator = orchestrator;
        this.ids = ids;
        this.template = template;
    }

    String prefix() {
        return ids.prefix();
    }

    Mono<ContainerInfo> create() {
        return meters.creating(ids.next().map(this::request).flatMap(orchestrator::create));
    }

    private LaunchRequest request(ContainerId id) {
        LaunchRequest request = template.apply(id);
        if (!request.id().equals(id)) {
            throw new IllegalArgumentException(
                    "the template must make a request for container " + id + ", was for " + request.id());
        }
        return request;
    }

    /** Starts it, or leaves nothing of it. */
    Mono<ContainerInfo> start(ContainerId id) {
        return orchestrator
                .start(id)
                .onErrorResume(e ->
                        remove(id).doOnError(e::addSuppressed).onErrorComplete().then(Mono.error(e)));
    }

    /** Whether what failed to start had not waited for that any more. */
    static boolean isDead(Throwable error) {
        return error instanceof IllegalContainerStateException || error instanceof NoSuchContainerException;
    }

    /** Removes it, whatever it does; one that is gone is fine. */
    Mono<Void> remove(ContainerId id) {
        return orchestrator.remove(id, BY_FORCE).onErrorComplete(NoSuchContainerException.class);
    }

    Flux<ContainerId> removeLeftovers() {
        return orchestrator
                .list()
                .filter(container -> container.status() == ContainerStatus.CREATED)
                .map(ContainerInfo::id)
                .filterWhen(ids::isLeftover)
                .concatMapDelayError(this::removeUnstarted);
    }

    /** Not by force: what is started meanwhile is somebody's. */
    private Mono<ContainerId> removeUnstarted(ContainerId id) {
        return orchestrator.remove(id, DeleteOptions.defaults()).thenReturn(id).onErrorComplete(WarmTemplate::isDead);
    }
}
