// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRef;
import reactor.util.retry.Retry;

/**
 * One container on its way to its borrower, and there. It has its place among the borrowed from the beginning to the
 * end of its removal. What was begun is never cancelled halfway.
 */
final class Borrowing implements WarmContainer {
    private static final Duration ALWAYS = Duration.ofMillis(Long.MAX_VALUE);

    private final PooledRef<Object> place;
    private final ReadyContainers ready;
    private final WarmTemplate template;
    private final Mono<ContainerInfo> start;
    private final Mono<Void> removal;
    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.OPEN);
    private volatile @Nullable ContainerInfo started;
    private volatile boolean isAbandoned;

    Borrowing(PooledRef<Object> place, ReadyContainers ready, WarmTemplate template, int maxDead) {
        this.place = place;
        this.ready = ready;
        this.template = template;
        start = Mono.defer(this::startOne)
                .retryWhen(Retry.max(maxDead)
                        .filter(WarmTemplate::isDead)
                        .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
                .doOnNext(info -> started = info)
                .doFinally(signal -> ready.refill())
                .cache();
        removal = Mono.defer(this::removeStarted).cache(done -> ALWAYS, e -> Duration.ZERO, () -> ALWAYS);
    }

    /** Starts one that is ready, or else one that is created for it. The pool is refilled when that is done. */
    Mono<WarmContainer> begin() {
        return start.thenReturn(this);
    }

    private Mono<ContainerInfo> startOne() {
        ContainerInfo taken = ready.take();
        return (taken == null ? template.create() : Mono.just(taken)).flatMap(this::startUnlessAbandoned);
    }

    private Mono<ContainerInfo> startUnlessAbandoned(ContainerInfo created) {
        return isAbandoned ? template.remove(created.id()).then(Mono.empty()) : template.start(created.id());
    }

    /** Removes what comes of it, now that nobody waits for it. */
    Mono<Void> abandon() {
        return Mono.defer(() -> {
            isAbandoned = true;
            return start.onErrorComplete().then(remove());
        });
    }

    @Override
    public ContainerInfo info() {
        return Objects.requireNonNull(started);
    }

    @Override
    public Mono<Void> remove() {
        return Mono.defer(() ->
                fate.compareAndSet(Fate.OPEN, Fate.REMOVED) || fate.get() == Fate.REMOVED ? removal : Mono.empty());
    }

    private Mono<Void> removeStarted() {
        ContainerInfo info = started;
        Mono<Void> gone = info == null ? Mono.empty() : template.remove(info.id());
        return Mono.usingWhen(Mono.just(place), held -> gone, PooledRef::release);
    }

    @Override
    public Mono<ContainerInfo> handOff() {
        return Mono.defer(() -> {
            if (fate.compareAndSet(Fate.OPEN, Fate.HANDED_OFF) || fate.get() == Fate.HANDED_OFF) {
                return place.release().then(Mono.fromSupplier(this::info));
            }
            return Mono.error(new IllegalStateException("container " + id() + " was removed"));
        });
    }

    @Override
    public String toString() {
        return String.valueOf(started);
    }

    /** What was decided about it. */
    private enum Fate {
        OPEN,
        REMOVED,
        HANDED_OFF
    }
}
