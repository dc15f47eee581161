// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.stdio.UpstreamOptions;
import io.runflux.wire.Problem;
import io.runflux.wire.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** An orchestrator of plain processes, a server at a unix socket, and a client. */
final class Served implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(20);
    static final String TOKEN = "0123456789abcdef";

    private final Path directory;
    private final EmbeddedOrchestrator orchestrator;
    private RunfluxServer server;

    Served(Path directory) {
        this(directory, builder -> builder);
    }

    Served(Path directory, UnaryOperator<RunfluxServerBuilder> settings) {
        this.directory = directory;
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        orchestrator = Orchestrator.builder()
                .runtime(launcher -> OciRuntimes.host(launcher, config))
                .bundleDirectory(newDirectory(directory.resolve("bundles")))
                .logs(UpstreamOptions.defaults().withAllowedRoots(directory))
                .build();
        server = serve(settings);
    }

    private static Path newDirectory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RunfluxServer serve(UnaryOperator<RunfluxServerBuilder> settings) {
        server = settings.apply(RunfluxServer.builder(orchestrator).unixSocket(socket()))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
        return server;
    }

    Path socket() {
        return directory.resolve("run").resolve("api.sock");
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    EmbeddedOrchestrator orchestrator() {
        return orchestrator;
    }

    RunfluxServer server() {
        return server;
    }

    HttpClient client() {
        return HttpClient.newConnection().remoteAddress(() -> new DomainSocketAddress(socket().toString()));
    }

    static LaunchRequest shell(String id, String script) {
        return LaunchRequest.rootfs(ContainerId.of(id), Path.of("/"), List.of("/bin/sh", "-c", script));
    }

    /** Runs as long as it is not stopped. */
    void launch(String id, String script) {
        launch(shell(id, script).withStreams(LaunchStreams.none().withInput(true)));
    }

    void launch(LaunchRequest request) {
        orchestrator.launch(request).block(LIMIT);
    }

    void remove(String id) {
        orchestrator
                .remove(ContainerId.of(id), DeleteOptions.defaults().withForce(true))
                .block(LIMIT);
    }

    Answer get(String path) {
        return ask(HttpMethod.GET, path, Map.of(), "");
    }

    Answer post(String path, String body) {
        return ask(HttpMethod.POST, path, body.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json"), body);
    }

    Answer delete(String path) {
        return ask(HttpMethod.DELETE, path, Map.of(), "");
    }

    Answer ask(HttpMethod method, String path, Map<String, String> headers, String body) {
        return ask(client(), method, path, headers, body);
    }

    static Answer ask(HttpClient client, HttpMethod method, String path, Map<String, String> headers, String body) {
        return client.headers(all -> headers.forEach(all::set))
                .request(method)
                .uri(path)
                .send((request, out) ->
                        body.isEmpty() ? out : out.send(Mono.just(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8))))
                .responseSingle((response, content) -> content.asString()
                        .defaultIfEmpty("")
                        .map(text -> new Answer(response.status().code(), response.responseHeaders(), text)))
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @Override
    public void close() {
        server.disposeLater().block(LIMIT);
        orchestrator.disposeLater().block(LIMIT);
        assertThat(socket()).doesNotExist();
    }

    record Answer(int status, HttpHeaders headers, String body) {
        <T> T read(Class<T> type) {
            return WireJson.read(body, type);
        }

        String header(String name) {
            return String.valueOf(headers.get(name));
        }

        /** Checks that this is a problem of a kind. */
        Problem problem(int code, String name) {
            assertThat(status).as(body).isEqualTo(code);
            assertThat(headers.get("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
            Problem problem = read(Problem.class);
            assertThat(problem.type()).isEqualTo("urn:runflux:problem:" + name);
            assertThat(problem.status()).isEqualTo(code);
            return problem;
        }
    }
}
