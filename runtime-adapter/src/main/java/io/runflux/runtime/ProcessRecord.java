// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A process that was started, with what is known of it.
 *
 * @param isInit whether it is the init of its container
 * @param pid what the runtime calls it; empty as long as nobody knows
 * @param end completes at once if the process, or what stands for it, has ended
 * @param waiting the runtime's own waiting for it, or null for none
 * @param process what its starter was given
 */
record ProcessRecord(
        boolean isInit,
        Mono<Integer> pid,
        Mono<ExitStatus> end,
        @Nullable RuntimeWait waiting,
        ContainerProcess process) {
    /** Looks, without waiting. */
    Mono<Boolean> hasEnded() {
        return hasEnded(end);
    }

    static Mono<Boolean> hasEnded(Mono<ExitStatus> end) {
        return Mono.firstWithSignal(end.thenReturn(true), Mono.just(false));
    }
}
