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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The operations that work with the streams of a process. Closing the connection cancels them. */
final class Streams {
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
            Mono<RunReport> result = relay(session, request.streams(), request.drainTimeout(), report)
                    .zipWith(report, (isDone, told) -> isDone
                            ? told
                            : new RunReport(told.id(), told.status(), false, told.duration()));
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
            Mono<ExecReport> result = relay(session, request.streams(), request.drainTimeout(), report)
                    .zipWith(report, (isDone, told) -> isDone
                            ? told
                            : new ExecReport(told.id(), told.execId(), told.status(), false, told.duration()));
            String uri = WirePaths.container(request.id(), "exec");
            return http.stream(uri, (in, out) -> session.carry(in, out, result));
        });
    }

    /** The work may go on for a while after the end was told, and is cut off then. */
    private static Mono<Boolean> relay(
            StreamSession<?> session, ContainerStreams streams, Duration drainTimeout, Mono<?> report) {
        return Mono.defer(() -> streams.relay(session.process()))
                .thenReturn(true)
                .timeout(report.onErrorComplete().delayElement(drainTimeout), Mono.just(false));
    }

    Mono<ExitStatus> attach(ContainerId id, ContainerStreams streams) {
        return Mono.defer(() -> {
            StreamSession<AttachEnding> session = session(Map.of(), AttachEnding.class);
            Mono<ExitStatus> failure = session.ending()
                    .flatMap(ending -> require(null, ending.problem()))
                    .then(Mono.never());
            Mono<ExitStatus> work = Mono.defer(() -> streams.relay(session.process()))
                    .then(Mono.defer(() -> exit(session.told())));
            Mono<ExitStatus> result = Mono.firstWithSignal(work, failure);
            String uri = WirePaths.container(id, "attach");
            return http.stream(uri, (in, out) -> session.carry(in, out, result));
        });
    }

    /** Who has left before the end was told is told none. */
    private Mono<ExitStatus> exit(@Nullable AttachEnding told) {
        return told == null ? Mono.empty() : require(told.exitStatus(), told.problem());
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
}
