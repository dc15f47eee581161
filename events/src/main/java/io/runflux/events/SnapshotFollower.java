// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.util.retry.Retry;

/** Begins again with a new state where the events after the last one have a gap. */
final class SnapshotFollower<S> {
    private static final Retry AFTER_GAP =
            Retry.max(Long.MAX_VALUE).filter(BehindException.class::isInstance).transientErrors(true);

    private final EventStream stream;
    private final Supplier<? extends S> state;
    private final SubscribeOptions options;

    SnapshotFollower(EventStream stream, Supplier<? extends S> state, SubscribeOptions options) {
        this.stream = stream;
        this.state = state;
        this.options = options;
    }

    Flux<Followed<S>> follow() {
        return Flux.defer(this::followOnce).retryWhen(AFTER_GAP);
    }

    private Flux<Followed<S>> followOnce() {
        Followed.Snapshot<S> snapshot = stream.snapshot(state);
        Flux<Followed<S>> next =
                stream.events(options.after(snapshot.cursor())).handle(SnapshotFollower::passUnlessBehind);
        return next.startWith(snapshot);
    }

    private static <S> void passUnlessBehind(EventEnvelope envelope, SynchronousSink<Followed<S>> sink) {
        if (envelope.event() instanceof RuntimeEvent.Gap) {
            sink.error(new BehindException());
        } else {
            sink.next(new Followed.Next<>(envelope));
        }
    }

    /** Never leaves this class, and so needs no stack. */
    private static final class BehindException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BehindException() {
            super("events are missing after the snapshot", null, false, false);
        }
    }
}
