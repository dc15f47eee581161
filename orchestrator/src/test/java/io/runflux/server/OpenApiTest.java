// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import io.runflux.events.Signal;
import io.runflux.orchestrator.ContainerNetworks;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.wire.WireJson;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Holds the description against what the server does, both ways. */
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");

    @TempDir
    private Path directory;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static Map<String, Object> at(Map<String, Object> tree, String... names) {
        Map<String, Object> node = tree;
        for (String name : names) {
            node = map(Objects.requireNonNull(node.get(name), name));
        }
        return node;
    }

    private Map<String, Object> described(Stub stub) {
        return map(stub.get("/v1/openapi.json", Map.of()).read(Map.class));
    }

    @Test
    void paths_areAnsweredAsDescribedAndNoOtherMethodIs() {
        IllegalStateException asked = new IllegalStateException("asked");
        Map<String, Publisher<?>> answers =
                Map.of("snapshot", Mono.error(asked), "sweep", Mono.error(asked), "events", Flux.error(asked));
        try (Stub stub = new Stub(directory, answers, builder -> builder.metrics(() -> ""))) {
            Map<String, Object> paths = at(described(stub), "paths");

            paths.forEach((template, item) -> {
                Set<String> described = map(item).keySet().stream()
                        .map(method -> method.toUpperCase(Locale.ROOT))
                        .collect(Collectors.toSet());
                assertThat(answered(stub, template.replace("{id}", "%")))
                        .as(template)
                        .isEqualTo(described);
            });
            assertThat(paths).hasSizeGreaterThan(20);
        }
    }

    /** Ids that cannot be keep the stub from being asked. */
    private static Set<String> answered(Stub stub, String path) {
        Set<String> answered = new HashSet<>();
        for (String method : METHODS) {
            Served.Answer answer = Served.ask(stub.client(), HttpMethod.valueOf(method), path, Map.of(), "");
            assertThat(answer.status()).as(path).isNotEqualTo(404);
            if (answer.status() != 405) {
                answered.add(method);
            }
        }
        return answered;
    }

    @Test
    void routes_areAllDescribedOnce() {
        RouteTable table =
                Routes.of(Stub.orchestrator(Map.of()), ServerLimits.defaults(), new Running(1), Demands.NONE, () -> "");
        Map<String, Object> paths = at(OpenApi.describe(table, Demands.NONE), "paths");

        Set<String> operations = new TreeSet<>();
        for (Route route : table.routes()) {
            Map<String, Object> operation =
                    at(paths, route.template(), route.method().toLowerCase(Locale.ROOT));
            assertThat(operation).containsEntry("operationId", route.name()).containsKeys("summary", "responses");
            assertThat(operations.add(route.name())).as(route.name()).isTrue();
        }
    }

    /** Answers that are not asked for a token are described so, and the others so. */
    @Test
    void security_isThatOfTheServer() {
        RunfluxServerBuilder builder = RunfluxServer.builder(Stub.orchestrator(Map.of()))
                .tcp("127.0.0.1", 0)
                .metrics(() -> "")
                .bearerToken(Served.TOKEN);
        RunfluxServer server = builder.start().blockOptional(Served.LIMIT).orElseThrow();
        HttpClient client = HttpClient.newConnection().host("127.0.0.1").port(server.port());
        Map<String, String> token = Map.of("Authorization", "Bearer " + Served.TOKEN);
        Map<String, Object> described = map(Served.ask(client, HttpMethod.GET, "/v1/openapi.json", token, "")
                .read(Map.class));

        at(described, "paths").forEach((template, item) -> map(item).forEach((method, operation) -> {
            HttpMethod asked = HttpMethod.valueOf(method.toUpperCase(Locale.ROOT));
            int status = Served.ask(client, asked, template.replace("{id}", "%"), Map.of(), "")
                    .status();
            assertThat(map(operation).get("security"))
                    .as(template)
                    .isEqualTo(status == 401 ? List.of(Map.of("bearer", List.of())) : List.of());
        }));

        assertThat(at(described, "components", "securitySchemes")).containsOnlyKeys("bearer");
        assertThat(at(described, "paths", "/healthz", "get")).containsEntry("security", List.of());
        server.disposeLater().block(Served.LIMIT);
    }

    @Test
    void security_whereNothingHasToBeShown_isNone() {
        try (Stub stub = new Stub(directory, Map.of())) {
            Map<String, Object> described = described(stub);

            assertThat(at(described, "components", "securitySchemes")).isEmpty();
            assertThat(at(described, "paths", "/v1/containers", "get")).containsEntry("security", List.of());
        }
    }

    @Test
    void security_ofCertificates_isOneRequirementWithTheToken() {
        Demands both = new Demands(true, true);

        assertThat(both.requirementsOf("/v1/events"))
                .containsExactly(Map.of("bearer", List.of(), "certificate", List.of()));
        assertThat(both.requirementsOf("/readyz")).containsExactly(Map.of("certificate", List.of()));
        assertThat(both.schemes()).containsOnlyKeys("bearer", "certificate");
    }

    @Test
    void references_leadToASchema() {
        try (Stub stub = new Stub(directory, Map.of())) {
            Served.Answer answer = stub.get("/v1/openapi.json", Map.of());
            Set<String> schemas =
                    at(map(answer.read(Map.class)), "components", "schemas").keySet();

            Set<String> referred = Pattern.compile("#/components/schemas/([^\"]+)")
                    .matcher(answer.body())
                    .results()
                    .map(result -> result.group(1))
                    .collect(Collectors.toSet());

            assertThat(referred).isEqualTo(schemas).contains("LaunchRequest", "Problem", "ExitStatus");
        }
    }

    @Test
    void schema_ofARequest_hasTheFieldsThatAreWritten() {
        try (Stub stub = new Stub(directory, Map.of())) {
            Map<String, Object> properties =
                    at(described(stub), "components", "schemas", "LaunchRequest", "properties");
            Map<String, Object> written = map(WireJson.read(WireJson.write(full()), Map.class));

            assertThat(properties.keySet()).isEqualTo(written.keySet());
        }
    }

    private static LaunchRequest full() {
        return Served.shell("full", "true").withParentDeathSignal(Signal.TERM).withNetworks(ContainerNetworks.of());
    }
}
