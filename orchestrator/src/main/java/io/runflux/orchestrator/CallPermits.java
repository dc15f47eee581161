// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import reactor.core.publisher.Mono;
import reactor.pool.Pool;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/**
 * The bulkhead: so many calls at a time, a bounded number waiting for their turn, for a bounded time, first come first
 * served. A permit is an object of a pool: nothing blocks, whoever cancels leaves the queue, and a permit that arrives
 * at a cancelled caller goes to the next.
 */
final class CallPermits {
    private final GuardOptions.Bulkhead options;
    private final int max;
    private final Pool<Object> pool;

    CallPermits(GuardOptions.Bulkhead options, int max) {
        this.options = options;
        this.max = max;
        pool = PoolBuilder.from(Mono.fromSupplier(Object::new))
                .sizeBetween(0, max)
                .maxPendingAcquire(options.maxWaiting())
                .buildPool();
    }

    /** Makes the call when it has a permit, and gives that back on every ending, before the ending is told. */
    <T> Mono<T> hold(Mono<T> call) {
        return Mono.usingWhen(acquire(), permit -> call, PooledRef::release);
    }

    private Mono<PooledRef<Object>> acquire() {
        return pool.acquire(options.maxWait())
                .onErrorMap(PoolAcquireTimeoutException.class, e -> TooManyCallsException.afterWaiting(options, max))
                .onErrorMap(
                        PoolAcquirePendingLimitException.class,
                        e -> TooManyCallsException.withoutWaiting(options, max));
    }
}
