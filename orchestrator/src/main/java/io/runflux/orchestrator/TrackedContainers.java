// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.runtime.ContainerAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * The containers that something is done with: those whose life began here, until it is over, and of those that are
 * nobody's here the ones that an operation is under way on, so that it is done in order.
 */
final class TrackedContainers {
    private final RunContext context;
    private final Map<ContainerId, TrackedContainer> containers = new ConcurrentHashMap<>();

    TrackedContainers(RunContext context) {
        this.context = context;
    }

    int size() {
        return containers.size();
    }

    /** Adds one whose life begins here. */
    void add(TrackedContainer container) {
        container.whenGone(() -> containers.remove(container.id(), container));
        TrackedContainer other = containers.putIfAbsent(container.id(), container);
        if (other != null && (other.isOurs() || !containers.replace(container.id(), other, container))) {
            throw new ContainerAlreadyExistsException(container.id(), null);
        }
    }

    List<ContainerRun> runs() {
        return containers.values().stream()
                .filter(TrackedContainer::isOurs)
                .map(TrackedContainer::ownRun)
                .toList();
    }

    /** Whoever gets it lets go of it with {@link #leave} or {@link #leaveWhenIdle}. */
    Mono<TrackedContainer> find(ContainerId id) {
        return Mono.defer(() -> {
            TrackedContainer known = containers.get(id);
            return known != null && known.isOurs() ? Mono.just(known) : lookFor(id);
        });
    }

    private Mono<TrackedContainer> lookFor(ContainerId id) {
        return context.runtime()
                .state(id)
                .map(state -> ContainerInfo.of(state, context.runtime().name()))
                .map(info -> containers.compute(id, (key, known) -> enter(known == null ? found(info) : known, info)));
    }

    private TrackedContainer found(ContainerInfo info) {
        TrackedContainer found = TrackedContainer.found(info, context);
        found.whenGone(() -> containers.remove(found.id(), found));
        return found;
    }

    private static TrackedContainer enter(TrackedContainer container, ContainerInfo info) {
        container.enter(info);
        return container;
    }

    Mono<Void> leave(TrackedContainer container) {
        return Mono.fromRunnable(() -> containers.computeIfPresent(
                container.id(), (id, known) -> known == container && known.leave() ? null : known));
    }

    /** Lets go of it after what was begun and may go on. */
    Mono<Void> leaveWhenIdle(TrackedContainer container) {
        return container.isOurs() ? Mono.empty() : container.next(Mono.empty()).then(leave(container));
    }
}
