// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.SubscribeOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Who keeps events. */
public enum Replayer {
    /** The event stream. */
    RUNFLUX,
    /** A replay sink of Reactor, whose subscribers are on another thread, too. */
    SINKS;

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    ReplayContender open(int events) {
        return this == RUNFLUX ? new Stream(events) : new Sink(events);
    }

    private static final class Stream implements ReplayContender {
        private final EventStream stream;
        private final long first;

        Stream(int events) {
            stream = EventStream.builder().windowSize(events).build();
            first = stream.lastSequence() + 1;
            LongStream.range(0, events).forEach(i -> stream.publish(SampleEvents.STARTED));
        }

        @Override
        public long replay(int events) {
            Flux<Long> numbers = stream.events(SubscribeOptions.defaults().from(first))
                    .map(EventEnvelope::sequence)
                    .take(events);
            return inOrder(numbers, first);
        }

        @Override
        public void close() {
            stream.disposeLater(Duration.ZERO).block(TIMEOUT);
        }
    }

    private static final class Sink implements ReplayContender {
        private final Sinks.Many<Long> sink;

        Sink(int events) {
            sink = Sinks.many().replay().limit(events);
            LongStream.range(0, events).forEach(i -> sink.tryEmitNext(i).orThrow());
        }

        @Override
        public long replay(int events) {
            return inOrder(sink.asFlux().publishOn(Schedulers.parallel()).take(events), 0);
        }

        @Override
        public void close() {
            sink.tryEmitComplete();
        }
    }

    private static long inOrder(Flux<Long> numbers, long first) {
        Long next = numbers.reduce(
                        first, (expected, number) -> number == expected.longValue() ? expected + 1 : expected)
                .block(TIMEOUT);
        return Objects.requireNonNull(next) - first;
    }
}
