// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.TooManySubscribersException;
import io.runflux.oci.ContainerStats;
import io.runflux.orchestrator.TooManyOperationsException;
import io.runflux.wire.WireJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.PrematureCloseException;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;

/** What real processes do not do when they are asked to. */
class StubbedAnswersTest {
    private static final ContainerStats STATS =
            new ContainerStats(null, null, null, null, Map.of(), List.of(), Map.of());

    @TempDir
    private Path directory;

    private Stub stub(String method, Publisher<?> answer) {
        return new Stub(directory, Map.of(method, answer));
    }

    private static void awaitTrue(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .takeUntil(tick -> condition.getAsBoolean())
                .then()
                .block(Served.LIMIT);
    }

    @Test
    void stats_again_areLines() {
        try (Stub stub = stub("stats", Flux.just(STATS, STATS))) {
            Served.Answer answer = stub.get("/v1/containers/c1/stats?interval=1s", Map.of());

            assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
            assertThat(answer.body().lines().map(line -> WireJson.read(line, ContainerStats.class)))
                    .containsExactly(STATS, STATS);
        }
    }

    @Test
    void stats_thatFailLater_breakOff() {
        Flux<ContainerStats> failing = Flux.just(STATS)
                .concatWith(Mono.delay(Duration.ofMillis(20)).then(Mono.error(new IllegalStateException("x"))));
        try (Stub stub = stub("stats", failing)) {
            StepVerifier.create(stub.client()
                            .get()
                            .uri("/v1/containers/c1/stats?interval=1s")
                            .responseContent()
                            .asString())
                    .thenConsumeWhile(text -> true)
                    .expectError(PrematureCloseException.class)
                    .verify(Served.LIMIT);
        }
    }

    @Test
    void error_thatNobodyExpected_isToldWithoutAWord() {
        try (Stub stub = stub("inspect", Mono.error(new ArithmeticException("secret")))) {
            Served.Answer answer = stub.get("/v1/containers/c1", Map.of());

            answer.problem(500, "internal");
            assertThat(answer.body()).doesNotContain("secret", "Arithmetic");
        }
    }

    @Test
    void error_thatPasses_saysWhenToComeAgain() {
        try (Stub stub = stub("inspect", Mono.error(new TooManyOperationsException(ContainerId.of("c1"), 64)))) {
            Served.Answer answer = stub.get("/v1/containers/c1", Map.of());

            answer.problem(429, "too-many-operations");
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void events_withTooManySubscribers_areAProblem() {
        Map<String, Publisher<?>> answers = Map.of(
                "snapshot", Mono.error(new IllegalStateException("the runtime hangs")),
                "events", Flux.error(new TooManySubscribersException("event stream has 3 subscribers")));
        try (Stub stub = new Stub(directory, answers)) {
            stub.get("/v1/events", Map.of()).problem(503, "too-many-subscribers");
            stub.get("/v1/events", Map.of("Accept", "application/x-ndjson")).problem(503, "too-many-subscribers");
        }
    }

    @Test
    void streams_beyondTheirNumber_areRefused() {
        PublisherProbe<Void> waiting = PublisherProbe.of(Mono.never());
        Map<String, Publisher<?>> answers = Map.of("waitFor", waiting.mono());
        try (Stub stub = new Stub(
                directory,
                answers,
                builder -> builder.limits(ServerLimits.defaults().withStreams(1)))) {
            StepVerifier first = StepVerifier.create(
                            stub.client().get().uri("/v1/containers/c1/wait").response())
                    .expectNextMatches(response -> response.status().code() == 503)
                    .expectComplete()
                    .verifyLater();
            awaitTrue(waiting::wasSubscribed);

            stub.get("/v1/containers/c2/wait", Map.of()).problem(503, "too-many-streams");
            stub.server().disposeLater().block(Served.LIMIT);
            first.verify(Served.LIMIT);
        }
    }

    @Test
    void request_whoseClientGoes_isCancelled() {
        PublisherProbe<Void> probe = PublisherProbe.of(Mono.never());
        try (Stub stub = stub("waitFor", probe.mono())) {
            Disposable client =
                    stub.client().get().uri("/v1/containers/c1/wait").response().subscribe();
            awaitTrue(probe::wasSubscribed);
            client.dispose();

            awaitTrue(probe::wasCancelled);
        }
    }

    @Test
    void metrics_asTheyAreGiven_areText() {
        try (Stub stub = new Stub(directory, Map.of(), builder -> builder.metrics(() -> "up 1\n"))) {
            Served.Answer answer = stub.get("/metrics", Map.of());

            assertThat(answer.body()).isEqualTo("up 1\n");
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        }
    }
}
