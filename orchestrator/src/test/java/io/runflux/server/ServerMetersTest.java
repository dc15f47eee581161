// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpMethod;
import io.runflux.metrics.MicrometerMeters;
import io.runflux.metrics.PrometheusMeters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ServerMetersTest {
    private static final String REQUESTS = "runflux_server_request_seconds_count";

    private final PrometheusMeters meters = PrometheusMeters.create();

    @TempDir
    private Path directory;

    private Stub stub(Map<String, Publisher<?>> answers) {
        return new Stub(directory, answers, builder -> builder.meters(meters)
                .limits(ServerLimits.defaults().withStreams(1)));
    }

    private static void awaitTrue(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .takeUntil(tick -> condition.getAsBoolean())
                .then()
                .block(Served.LIMIT);
    }

    private void awaitLine(String line) {
        awaitTrue(() -> meters.text().lines().anyMatch(line::equals));
    }

    @Test
    void requests_areCountedByTemplateMethodAndClassOfStatus() {
        try (Stub stub = stub(Map.of("inspect", Mono.error(new ArithmeticException("no"))))) {
            stub.get("/healthz", Map.of());
            stub.get("/v1/containers/c1", Map.of());
            stub.get("/v1/containers/c2", Map.of());
            stub.get("/v1/containers/c2?x=1", Map.of());

            awaitLine(REQUESTS + "{route=\"/healthz\",method=\"GET\",status=\"2xx\"} 1");
            awaitLine(REQUESTS + "{route=\"/v1/containers/{id}\",method=\"GET\",status=\"5xx\"} 2");
            awaitLine(REQUESTS + "{route=\"/v1/containers/{id}\",method=\"GET\",status=\"4xx\"} 1");
            awaitLine("runflux_server_requests_active 0");
            assertThat(meters.text()).doesNotContain("c1", "c2");
        }
    }

    @Test
    void requests_forWhatThereIsNot_makeNoTagsOfTheirOwn() {
        try (Stub stub = stub(Map.of())) {
            stub.get("/made/up", Map.of());
            Served.ask(stub.client(), HttpMethod.valueOf("MADEUP"), "/v1/containers", Map.of(), "");
            stub.get("/healthz", Map.of("Origin", "https://evil.example"));

            awaitLine(REQUESTS + "{route=\"none\",method=\"GET\",status=\"4xx\"} 2");
            awaitLine(REQUESTS + "{route=\"none\",method=\"other\",status=\"4xx\"} 1");
            assertThat(meters.text())
                    .contains(
                            "runflux_server_refusals_total{reason=\"no_such_path\"} 1\n",
                            "runflux_server_refusals_total{reason=\"method_not_allowed\"} 1\n",
                            "runflux_server_refusals_total{reason=\"forbidden_origin\"} 1\n")
                    .doesNotContainIgnoringCase("made");
        }
    }

    @Test
    void streams_areCountedWhileTheyGoOn() {
        try (Stub stub = stub(Map.of("waitFor", Mono.never(), "events", Flux.never()))) {
            Disposable waiting =
                    stub.client().get().uri("/v1/containers/c1/wait").response().subscribe();
            awaitLine("runflux_server_streams 1");
            assertThat(meters.text()).contains("runflux_server_requests_active 1\n", "runflux_server_connections 1\n");
            stub.get("/v1/containers/c2/wait", Map.of()).problem(503, "too-many-streams");
            waiting.dispose();
            awaitLine("runflux_server_streams 0");
            awaitLine(REQUESTS + "{route=\"/v1/containers/{id}/wait\",method=\"GET\",status=\"gone\"} 1");
            awaitLine("runflux_server_refusals_total{reason=\"too_many_streams\"} 1");

            Disposable events = stub.client()
                    .websocket()
                    .uri("/v1/events")
                    .handle((in, out) -> in.receive().then())
                    .subscribe();
            awaitLine("runflux_server_streams 1");
            awaitLine(REQUESTS + "{route=\"/v1/events\",method=\"GET\",status=\"1xx\"} 1");
            events.dispose();
            awaitLine("runflux_server_streams 0");
            awaitLine("runflux_server_connections 0");
        }
    }

    @Test
    void meters_ofMicrometer_haveTheSame() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Stub stub = new Stub(directory, Map.of(), builder -> builder.meters(MicrometerMeters.of(registry)))) {
            stub.get("/healthz", Map.of());

            awaitTrue(() -> registry.find("runflux.server.request")
                            .tags("route", "/healthz", "method", "GET", "status", "2xx")
                            .timer()
                    != null);
            assertThat(registry.get("runflux.server.connections").gauge().value())
                    .isNotNegative();
        }
    }
}
