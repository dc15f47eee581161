// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The requests that are being answered, and the end of them all. */
final class Running {
    private final int maxStreams;
    private final AtomicInteger streams = new AtomicInteger();
    /** One for each request, and one for the server. */
    private final AtomicInteger held = new AtomicInteger(1);

    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final Sinks.Empty<Void> ended = Sinks.empty();

    Running(int maxStreams) {
        this.maxStreams = maxStreams;
    }

    int streams() {
        return streams.get();
    }

    boolean isClosing() {
        return Boolean.TRUE.equals(closing.scan(Scannable.Attr.TERMINATED));
    }

    /** Completes when the server begins to end. */
    Mono<Void> closing() {
        return closing.asMono();
    }

    /** Has streams end, and completes when all requests are answered. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            if (closing.tryEmitEmpty().isSuccess()) {
                release();
            }
            return ended.asMono();
        });
    }

    Mono<Void> request(Supplier<Mono<Void>> answer) {
        return Mono.defer(() -> {
            held.incrementAndGet();
            return Mono.defer(answer).doFinally(signal -> release());
        });
    }

    private void release() {
        if (held.decrementAndGet() == 0) {
            ended.tryEmitEmpty();
        }
    }

    /** Answers with something that goes on, if there is room. */
    Mono<Void> stream(Supplier<Mono<Void>> answer) {
        return Mono.using(this::begin, place -> answer.get(), Disposable::dispose, false);
    }

    /** Begins something that goes on, until that is disposed of; fails if there is no room. */
    Disposable begin() {
        if (streams.incrementAndGet() > maxStreams) {
            streams.decrementAndGet();
            throw new RefusedException(
                    ProblemKind.TOO_MANY_STREAMS, maxStreams + " streams are open, and no more may be");
        }
        held.incrementAndGet();
        return Disposables.composite(this::end);
    }

    private void end() {
        streams.decrementAndGet();
        release();
    }

    <T> Flux<T> untilClosing(Flux<T> source) {
        return source.takeUntilOther(closing());
    }

    static RefusedException refusal() {
        return new RefusedException(ProblemKind.CLOSING, "the server ends");
    }
}
