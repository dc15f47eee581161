// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

/** Signs of life beside what is written. */
final class Heartbeats {
    private Heartbeats() {}

    /** One element of each waits at most. The end is made an element, so that it ends the heartbeats too. */
    static Flux<String> beside(Flux<String> written, Duration interval, String beat) {
        Objects.requireNonNull(interval, "interval");
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException("heartbeat must be longer than 0, was " + interval);
        }
        Flux<Signal<String>> beats =
                Flux.interval(interval).onBackpressureDrop().map(tick -> Signal.next(beat));
        return Flux.merge(1, written.materialize(), beats).dematerialize();
    }
}
