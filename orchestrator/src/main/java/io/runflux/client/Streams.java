// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.runflux.client.StreamWork.Terms;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.ExecReport;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.RunReport;
import io.runflux.orchestrator.RunRequest;
import io.runflux.orchestrator.RunTimeoutException;
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
                    .switchIfEmpty(Mono.error(Streams::neither))
                    .doOnNext(told -> session.process().exited(told.status()))
                    .cache();
            Mono<RunReport> result = new StreamWork(session, request.streams(), terms(request))
                    .beside(
                            report,
                            (isDone, told) -> isDone
                                    ? told
                                    : new RunReport(told.id(), told.status(), false, told.duration(), told.reason()));
            return http.stream(WirePaths.RUN, (in, out) -> session.carry(in, out, result));
        });
    }

    private static Terms terms(RunRequest request) {
        return new Terms(
                request.drainTimeout(),
                request.gracePeriod().plus(PATIENCE),
                request.timeout(),
                limit -> new RunTimeoutException(request.id(), limit));
    }

    Mono<ExecReport> exec(ExecRequest request) {
        return Mono.defer(() -> {
            StreamSession<ExecEnding> session = session(ExecBody.of(request), ExecEnding.class);
            Mono<ExecReport> report = session.ending()
                    .flatMap(ending -> require(ending.report(), ending.problem()))
                    .switchIfEmpty(Mono.error(Streams::neither))
                    .doOnNext(told -> session.process().exited(told.status()))
                    .cache();
            Mono<ExecReport> result = new StreamWork(session, request.streams(), terms(request))
                    .beside(
                            report,
                            (isDone, told) -> isDone
                                    ? told
                                    : new ExecReport(told.id(), told.execId(), told.status(), false, told.duration()));
            String uri = WirePaths.container(request.id(), "exec");
            return http.stream(uri, (in, out) -> session.carry(in, out, result));
        });
    }

    private static Terms terms(ExecRequest request) {
        return new Terms(
                request.drainTimeout(),
                PATIENCE,
                request.timeout(),
                limit -> new RunTimeoutException(request.id(), request.execId(), limit));
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
                : Mono.error(() -> http.toError(new RefusedException(problem)));
    }

    private static UnreadableAnswerException neither() {
        return new UnreadableAnswerException("a report is required, or a problem");
    }

    private <E> StreamSession<E> session(Object request, Class<E> type) {
        return new StreamSession<>(request, type, http::toError);
    }
}
