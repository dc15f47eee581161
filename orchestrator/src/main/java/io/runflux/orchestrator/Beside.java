// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** Work that goes on as long as other work does. */
final class Beside {
    private Beside() {}

    /** Does both, tells what the first tells, and cancels the second with its end; the second must not fail. */
    static <T> Mono<T> of(Mono<T> work, Mono<Void> beside) {
        return Flux.merge(work.materialize(), beside.then(Mono.<Signal<T>>empty()))
                .next()
                .dematerialize();
    }
}
