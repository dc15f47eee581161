// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool;
import reactor.pool.InstrumentedPool.PoolMetrics;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;
import reactor.pool.PoolConfig;
import reactor.pool.PooledRef;

/**
 * The bulkhead: so many calls at a time, a bounded number waiting for their turn, for a bounded time, first come first
 * served. A permit is an object of a pool: nothing blocks, whoever cancels leaves the queue, and a permit that arrives
 * at a cancelled caller goes to the next.
 */
final class CallPermits {
    private final int max;
    private final PoolMetrics metrics;
    private final Mono<PooledRef<Object>> turn;

    private CallPermits(int max, PoolMetrics metrics, Mono<PooledRef<Object>> turn) {
        this.max = max;
        this.metrics = metrics;
        this.turn = turn;
    }

    /** Those of calls that begin something. */
    static CallPermits of(GuardOptions.Bulkhead options) {
        int max = options.maxCalls();
        InstrumentedPool<Object> pool =
                permits(max).maxPendingAcquire(options.maxWaiting()).buildPool();
        Mono<PooledRef<Object>> turn = pool.acquire(options.maxWait())
                .onErrorMap(PoolAcquireTimeoutException.class, e -> TooManyCallsException.afterWaiting(options, max))
                .onErrorMap(
                        PoolAcquirePendingLimitException.class,
                        e -> TooManyCallsException.withoutWaiting(options, max));
        return new CallPermits(max, pool.metrics(), turn);
    }

    /** Those of calls that clear: they wait as long as it takes, since what is not cleared stays. */
    static CallPermits ofClearing(GuardOptions.Bulkhead options) {
        int max = options.maxClearing();
        InstrumentedPool<Object> pool =
                permits(max).maxPendingAcquireUnbounded().buildPool();
        return new CallPermits(max, pool.metrics(), pool.acquire());
    }

    private static PoolBuilder<Object, PoolConfig<Object>> permits(int max) {
        return PoolBuilder.from(Mono.fromSupplier(Object::new)).sizeBetween(0, max);
    }

    /** How many calls there may be at a time. */
    int max() {
        return max;
    }

    int active() {
        return metrics.acquiredSize();
    }

    int waiting() {
        return metrics.pendingAcquireSize();
    }

    /** Makes the call when it has a permit, and gives that back on every ending, before the ending is told. */
    <T> Mono<T> hold(Mono<T> call) {
        return Mono.usingWhen(turn, permit -> call, PooledRef::release);
    }
}
