// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;
import reactor.pool.PoolShutdownException;
import reactor.pool.PooledRef;

/** Has borrowers wait for a place among those who borrow, and then takes from what is ready. */
final class DefaultWarmPool implements WarmPool {
    private static final Logger log = LoggerFactory.getLogger(DefaultWarmPool.class);

    private final WarmTemplate template;
    private final WarmPoolOptions options;
    private final ReadyContainers ready;
    private final PoolMeters meters;
    private final InstrumentedPool<Object> places;
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final Mono<Void> disposal = Mono.defer(this::dispose).cache();

    DefaultWarmPool(WarmTemplate template, WarmPoolOptions options, PoolMeters meters) {
        this.meters = meters;
        this.template = template;
        this.options = options;
        ready = new ReadyContainers(template, options);
        places = PoolBuilder.from(Mono.fromSupplier(Object::new))
                .sizeBetween(0, options.borrowers().maxBorrowed())
                .maxPendingAcquire(options.borrowers().maxWaiting())
                .buildPool();
        meters.watch(ready, places.metrics());
    }

    @Override
    public Mono<Void> warmUp() {
        return removeLeftovers()
                .doOnError(e -> log.warn("pool {}: leftovers could not be removed", template.prefix(), e))
                .onErrorComplete()
                .then(ready.filled())
                .checkpoint("warm up pool " + template.prefix());
    }

    @Override
    public Mono<WarmContainer> borrow() {
        return Mono.usingWhen(
                        begin(),
                        Borrowing::begin,
                        borrowing -> Mono.empty(),
                        (borrowing, error) -> borrowing.remove(),
                        Borrowing::abandon)
                .checkpoint("borrow from pool " + template.prefix());
    }

    @Override
    public <T> Mono<T> withContainer(Function<WarmContainer, Mono<T>> work) {
        Objects.requireNonNull(work, "work");
        return Mono.usingWhen(
                        begin(),
                        borrowing -> borrowing.begin().flatMap(work),
                        Borrowing::remove,
                        (borrowing, error) -> borrowing.remove(),
                        Borrowing::abandon)
                .checkpoint("borrow from pool " + template.prefix());
    }

    private Mono<Borrowing> begin() {
        WarmPoolOptions.Borrowers borrowers = options.borrowers();
        return Mono.firstWithSignal(places.acquire(borrowers.maxWait()), closed())
                .onErrorMap(
                        PoolAcquireTimeoutException.class,
                        e -> TooManyBorrowersException.afterWaiting(template.prefix(), borrowers))
                .onErrorMap(
                        PoolAcquirePendingLimitException.class,
                        e -> TooManyBorrowersException.withoutWaiting(template.prefix(), borrowers))
                .onErrorMap(PoolShutdownException.class, e -> disposedOf(template.prefix()))
                .map(place -> new Borrowing(place, ready, template, options.ready()));
    }

    /** reactor-pool forgets a borrower who comes while it is disposed of, and who would wait as long as he may. */
    private Mono<PooledRef<Object>> closed() {
        return closing.asMono().then(Mono.error(() -> disposedOf(template.prefix())));
    }

    static IllegalStateException disposedOf(String prefix) {
        return new IllegalStateException("the pool " + prefix + " was disposed of");
    }

    @Override
    public Flux<ContainerId> removeLeftovers() {
        return template.removeLeftovers().checkpoint("remove leftovers of pool " + template.prefix());
    }

    @Override
    public WarmPoolStatus status() {
        RefillState state = ready.state();
        InstrumentedPool.PoolMetrics borrowers = places.metrics();
        return new WarmPoolStatus(
                ready.size(),
                state.creating(),
                borrowers.acquiredSize(),
                borrowers.pendingAcquireSize(),
                state.failures());
    }

    @Override
    public Mono<Void> disposeLater() {
        return disposal;
    }

    private Mono<Void> dispose() {
        ready.close();
        closing.tryEmitEmpty();
        return places.disposeLater().then(ready.emptied()).doOnTerminate(meters::end);
    }
}
