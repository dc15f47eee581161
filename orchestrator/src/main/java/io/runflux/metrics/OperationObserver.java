// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import reactor.core.publisher.Mono;

/** Whoever watches operations from their beginning to their end, as a tracer does. Safe for concurrent use. */
public interface OperationObserver {
    /**
     * Returns one that watches nothing.
     *
     * @return the observer, always the same
     */
    static OperationObserver noOp() {
        return NoObserver.INSTANCE;
    }

    /**
     * Returns an operation that is watched at each subscription. It yields, fails and is cancelled as the work is; what
     * is observed within it finds it in the Reactor context.
     *
     * @param operation what it is
     * @param work the operation
     * @param <T> what it yields
     * @return the operation, watched
     */
    <T> Mono<T> observe(ObservedOperation operation, Mono<T> work);
}
