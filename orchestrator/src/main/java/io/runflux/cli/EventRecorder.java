// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.SubscribeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Writes the events of a command to the journal, until their stream ends, which is its owner's to do. */
final class EventRecorder {
    private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
    private static final int AHEAD = 64;

    private final EventJournal journal;
    private final Sinks.Empty<Void> ended = Sinks.empty();

    EventRecorder(EventJournal journal) {
        this.journal = journal;
    }

    /** Has events written down from now on, and printed if there is somewhere to. */
    void listen(Function<SubscribeOptions, Flux<EventEnvelope>> events, @Nullable PrintWriter target) {
        events.apply(SubscribeOptions.defaults().withOverflow(OverflowPolicy.WAIT))
                .publishOn(Schedulers.boundedElastic(), AHEAD)
                .doOnNext(event -> record(event, target))
                .doFinally(signal -> ended.tryEmitEmpty())
                .subscribe(event -> {}, error -> log.warn("events are no longer recorded", error));
    }

    /** Completes when all are written down. */
    Mono<Void> ended() {
        return ended.asMono();
    }

    private void record(EventEnvelope event, @Nullable PrintWriter target) {
        if (target != null) {
            target.println(EventJson.write(event));
            target.flush();
        }
        try {
            journal.append(event);
        } catch (IOException e) {
            log.warn("an event could not be written to {}", journal.current(), e);
        }
    }
}
