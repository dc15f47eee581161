// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.Signal;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Whether the end of a container was asked for, and why first. It is not started again from then on. */
final class EndRequest {
    private static final Signal QUIT = Signal.of(3);
    /** Those that ask for the end; the others may mean anything. */
    private static final Set<Signal> ENDING = Set.of(Signal.KILL, Signal.TERM, Signal.INT, QUIT);

    private final AtomicReference<@Nullable EndReason> made = new AtomicReference<>();
    private final Sinks.Empty<Void> asked = Sinks.empty();
    private volatile boolean isBeingMade;

    static boolean isMadeBy(Signal signal) {
        return ENDING.contains(signal);
    }

    void make(EndReason why) {
        if (made.compareAndSet(null, why)) {
            asked.tryEmitEmpty();
        }
    }

    /** Makes it by a call, unless that fails. An end that comes while the call goes on comes of it. */
    Mono<Void> makeBy(Mono<Void> call) {
        return Mono.defer(() -> {
                    isBeingMade = true;
                    return call;
                })
                .doOnSuccess(done -> make(EndReason.REQUEST))
                .doFinally(signal -> isBeingMade = false);
    }

    boolean isMade() {
        return reason() != null;
    }

    /** Why, or null as long as it was not. */
    @Nullable
    EndReason reason() {
        EndReason why = made.get();
        return why == null && isBeingMade ? EndReason.REQUEST : why;
    }

    /** Completes as soon as it was. */
    Mono<Void> made() {
        return asked.asMono();
    }
}
