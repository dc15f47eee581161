// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.runflux.events.EventEnvelope;
import io.runflux.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;

/** The {@code EventSource} of a real browser, driven through its debugging protocol. */
@Tag("once")
class BrowserTest {
    private static final List<Path> BROWSERS =
            List.of(Path.of("/usr/bin/chromium-headless-shell"), Path.of("/usr/bin/chromium"));
    private static final String FOLLOW = """
            globalThis.seen = []; globalThis.opened = 0;
            const source = new EventSource('/v1/events');
            source.onopen = () => opened++;
            for (const topic of ['create', 'start', 'exit', 'delete'])
              source.addEventListener('/tasks/' + topic, event => seen.push(JSON.parse(event.data).sequence));
            """;

    @TempDir
    private Path directory;

    private static Path browser() {
        Optional<Path> found = BROWSERS.stream().filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), "program chromium-headless-shell is missing");
        return found.orElseThrow();
    }

    private RunfluxServer serve(Served served, int port) {
        return RunfluxServer.builder(served.orchestrator())
                .tcp("127.0.0.1", port)
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private static void live(Served served, String id) {
        served.launch(id, "exec sleep 60");
        served.remove(id);
    }

    @Test
    void eventSource_acrossAServerThatBeginsAgain_hasNoGap() throws Exception {
        Path browser = browser();
        try (Served served = new Served(directory)) {
            List<Long> published = new CopyOnWriteArrayList<>();
            Disposable recording =
                    served.orchestrator().events().map(EventEnvelope::sequence).subscribe(published::add);
            RunfluxServer server = serve(served, 0);
            try (Page page = Page.open(browser, directory.resolve("browser"), server.address() + "/healthz")) {
                page.await("location.pathname + ' ' + document.readyState", "/healthz complete");
                page.evaluate(FOLLOW);
                page.await("opened", "1");
                served.launch("while-away", "exec sleep 60");
                page.await("seen.length", "2");
                server.disposeLater().block(LIMIT);
                served.remove("while-away");
                server = serve(served, server.port());
                page.await("seen.length", "4");
                live(served, "later");
                page.await("seen.length", "8");

                assertThat(page.evaluate("opened")).isEqualTo("2");
                assertThat(page.evaluate("seen.join()"))
                        .isEqualTo(published.stream().map(String::valueOf).collect(Collectors.joining(",")));
            } finally {
                recording.dispose();
                server.disposeLater().block(LIMIT);
            }
        }
    }

    /** One page. */
    private record Page(Process process, String debugger) implements AutoCloseable {
        static Page open(Path browser, Path profile, String url) throws Exception {
            Process process = new ProcessBuilder(
                            browser.toString(),
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--remote-debugging-port=0",
                            "--remote-allow-origins=*",
                            "--user-data-dir=" + profile,
                            url)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Path told = profile.resolve("DevToolsActivePort");
            await(() -> Files.exists(told) && lines(told).count() > 1);
            String port = lines(told).findFirst().orElseThrow();
            await(() -> pageOf(port).contains("webSocketDebuggerUrl"));
            String address = pageOf(port).replaceAll("(?s).*\"webSocketDebuggerUrl\": *\"([^\"]*)\".*", "$1");
            return new Page(process, address);
        }

        private static Stream<String> lines(Path file) {
            try {
                return Files.readAllLines(file).stream();
            } catch (IOException notYet) {
                return Stream.empty();
            }
        }

        private static String pageOf(String port) {
            return String.valueOf(HttpClient.newConnection()
                    .get()
                    .uri("http://127.0.0.1:" + port + "/json/list")
                    .responseContent()
                    .aggregate()
                    .asString(StandardCharsets.UTF_8)
                    .block(LIMIT));
        }

        private static void await(BooleanSupplier condition) {
            Flux.interval(Duration.ofMillis(50))
                    .onBackpressureDrop()
                    .concatMap(
                            tick -> Mono.fromSupplier(condition::getAsBoolean).subscribeOn(Schedulers.boundedElastic()),
                            1)
                    .takeUntil(Boolean::booleanValue)
                    .then()
                    .block(LIMIT);
        }

        void await(String expression, String value) {
            await(() -> evaluate(expression).equals(value));
        }

        /** Returns the value as a text. */
        String evaluate(String expression) {
            String request = new String(
                    WireJson.write(
                            Map.of("id", 1, "method", "Runtime.evaluate", "params", Map.of("expression", expression))),
                    StandardCharsets.UTF_8);
            String answer = HttpClient.newConnection()
                    .websocket(WebsocketClientSpec.builder()
                            .maxFramePayloadLength(1 << 20)
                            .build())
                    .uri(debugger)
                    .handle((in, out) -> out.sendString(Mono.just(request))
                            .then()
                            .thenMany(in.aggregateFrames().receive().asString(StandardCharsets.UTF_8)))
                    .blockFirst(LIMIT);
            Map<?, ?> result = object(WireJson.read(String.valueOf(answer), Map.class), "result");
            return String.valueOf(object(result, "result").get("value"));
        }

        private static Map<?, ?> object(Map<?, ?> from, String name) {
            return (Map<?, ?>) Objects.requireNonNull(from.get(name), name);
        }

        /** Debian's browser is the child of a script, and has children of its own. */
        @Override
        public void close() {
            List<ProcessHandle> processes = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .toList();
            processes.forEach(ProcessHandle::destroyForcibly);
            CompletableFuture.allOf(
                            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }
}
