// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.ExecReport;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.RunReport;
import io.runflux.orchestrator.RunRequest;
import io.runflux.wire.AttachEnding;
import io.runflux.wire.ExecBody;
import io.runflux.wire.ExecEnding;
import io.runflux.wire.Problem;
import io.runflux.wire.RefusedException;
import io.runflux.wire.RunBody;
import io.runflux.wire.RunEnding;
import io.runflux.wire.WirePaths;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The operations that work with the streams of a process. Closing the connection cancels them. */
final class Streams {
    /** How long what was begun may take to end beyond its grace period. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** How long it may take to be let go. */
    private static final Duration LEAVING = Duration.ofSeconds(2);

    private final Http http;

    Streams(Http http) {
        this.http = http;
    }

    Mono<RunReport> run(RunRequest request) {
        return Mono.defer(() -> {
            StreamSession<RunEnding> session = session(RunBody.of(request), RunEnding.class);
            Mono<RunReport> report = session.ending()
                    .flatMap(ending -> require(ending.report(), ending.problem()))
                    .doOnNext(told -> session.process().exited(told.status()))
                    .cache();
            Work work = new Work(
                    session,
                    request.streams(),
                    request.drainTimeout(),
                    request.gracePeriod().plus(PATIENCE));
            Mono<RunReport> result = work.beside(
                    report,
                    (isDone, told) -> isDone
                            ? told
                            : new RunReport(told.id(), told.status(), false, told.duration(), told.reason()));
            return http.stream(WirePaths.RUN, (in, out) -> session.carry(in, out, result));
        });
    }

    Mono<ExecReport> exec(ExecRequest request) {
        return Mono.defer(() -> {
            StreamSession<ExecEnding> session = session(ExecBody.of(request), ExecEnding.class);
            Mono<ExecReport> report = session.ending()
                    .flatMap(ending -> require(ending.report(), ending.problem()))
                    .doOnNext(told -> session.process().exited(told.status()))
                    .cache();
            Work work = new Work(session, request.streams(), request.drainTimeout(), PATIENCE);
            Mono<ExecReport> result = work.beside(
                    report,
                    (isDone, told) -> isDone
                            ? told
                            : new ExecReport(told.id(), told.execId(), told.status(), false, told.duration()));
            String uri = WirePaths.container(request.id(), "exec");
            return http.stream(uri, (in, out) -> session.carry(in, out, result));
        });
    }

    Mono<ExitStatus> attach(ContainerId id, ContainerStreams streams) {
        return Mono.defer(() -> {
            StreamSession<AttachEnding> session = session(Map.of(), AttachEnding.class);
            Mono<ExitStatus> failure = session.ending()
                    .flatMap(ending -> require(null, ending.problem()))
                    .then(Mono.never());
            Mono<ExitStatus> work = Mono.defer(() -> streams.relay(session.process()))
                    .then(session.leave("", LEAVING))
                    .flatMap(ending -> require(ending.exitStatus(), ending.problem()));
            Mono<ExitStatus> result = Mono.firstWithSignal(work, failure);
            String uri = WirePaths.container(id, "attach");
            return http.stream(uri, (in, out) -> session.carry(in, out, result));
        });
    }

    private <T> Mono<T> require(@Nullable T value, @Nullable Problem problem) {
        return problem == null
                ? Mono.justOrEmpty(value)
                : Mono.error(() -> http.toError(new RefusedException(problem), true));
    }

    private <E> StreamSession<E> session(Object request, Class<E> type) {
        Function<Throwable, RuntimeException> lost = error -> http.toError(error, true);
        return new StreamSession<>(request, type, lost);
    }

    /**
     * The work with the streams of a process whose end is told. It may go on for a while after that, and is cut off
     * then. When it fails, what was begun is ended first, and its own error is the one that counts.
     */
    private static final class Work {
        private final StreamSession<?> session;
        private final ContainerStreams streams;
        private final Duration drainTimeout;
        private final Duration endTimeout;
        private volatile @Nullable Throwable failure;

        Work(StreamSession<?> session, ContainerStreams streams, Duration drainTimeout, Duration endTimeout) {
            this.session = session;
            this.streams = streams;
            this.drainTimeout = drainTimeout;
            this.endTimeout = endTimeout;
        }

        <R> Mono<R> beside(Mono<R> report, BiFunction<Boolean, R, R> result) {
            return Mono.defer(() -> streams.relay(session.process()))
                    .onErrorResume(this::fail)
                    .thenReturn(true)
                    .timeout(report.onErrorComplete().delayElement(drainTimeout), Mono.just(false))
                    .zipWith(report, result)
                    .onErrorMap(error -> Objects.requireNonNullElse(failure, error));
        }

        private Mono<Void> fail(Throwable error) {
            failure = error;
            return session.leave(error.toString(), endTimeout).onErrorComplete().then(Mono.error(error));
        }
    }
}
