// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.runflux.orchestrator.ContainerStreams;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The work with the streams of a process whose end is told. It may go on for a while after that, and is cut off then.
 * When it fails, what was begun is ended first, and its own error is the one that counts.
 *
 * <p>The end stands behind output that nobody reads. So that the time limit of the process is told all the same, the
 * work is cut off when it is over here, too, and what it has not read is dropped. It is counted from the first output:
 * when the server begins to count, which is after the creation, is not told, but that is before.
 */
final class StreamWork {
    /** For the end, which comes without this where the output is read. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

    private final StreamSession<?> session;
    private final ContainerStreams streams;
    private final Terms terms;
    private volatile @Nullable Throwable failure;

    StreamWork(StreamSession<?> session, ContainerStreams streams, Terms terms) {
        this.session = session;
        this.streams = streams;
        this.terms = terms;
    }

    /**
     * How long things may take.
     *
     * @param drain the work, after the end of the process
     * @param end the end of what was begun, once it is to end
     * @param limit the process with its output, or null for as long as it likes
     * @param late the error of what took longer than that
     */
    record Terms(Duration drain, Duration end, @Nullable Duration limit, Function<Duration, RuntimeException> late) {}

    /** Does it until a report is there, and tells that with whether all of the work was done. */
    <R> Mono<R> beside(Mono<R> report, BiFunction<Boolean, R, R> result) {
        Mono<R> work = Mono.defer(() -> streams.relay(session.process()))
                .onErrorResume(this::fail)
                .thenReturn(true)
                .timeout(report.onErrorComplete().delayElement(terms.drain()), Mono.just(false))
                .zipWith(report, result);
        return limited(work, report).onErrorMap(error -> Objects.requireNonNullElse(failure, error));
    }

    private Mono<Void> fail(Throwable error) {
        failure = error;
        return session.leave(error.toString(), terms.end()).onErrorComplete().then(Mono.error(error));
    }

    private <R> Mono<R> limited(Mono<R> work, Mono<R> report) {
        Duration limit = terms.limit();
        if (limit == null) {
            return work;
        }
        Mono<Long> over = session.written().then(Mono.delay(limit.plus(ON_THE_WAY)));
        return work.timeout(over, Mono.defer(() -> cutOff(report, limit)));
    }

    /** Of a process that has ended by itself meanwhile, somebody was still to read. */
    private <R> Mono<R> cutOff(Mono<R> report, Duration limit) {
        session.process().drop();
        return report.timeout(terms.end(), Mono.error(this::lost))
                .then(Mono.error(() -> terms.late().apply(limit)));
    }

    private RuntimeException lost() {
        return session.lost(new TimeoutException("it was over time, and its end was not told"));
    }
}
