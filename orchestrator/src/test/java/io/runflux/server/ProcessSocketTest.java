// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static io.runflux.server.Served.shell;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.RunRequest;
import io.runflux.runtime.KillOptions;
import io.runflux.wire.AttachEnding;
import io.runflux.wire.ExecEnding;
import io.runflux.wire.Problem;
import io.runflux.wire.RunBody;
import io.runflux.wire.RunEnding;
import io.runflux.wire.StreamFrames;
import io.runflux.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.WebsocketClientSpec;

/** Real WebSockets to real processes. */
class ProcessSocketTest {
    private static final WebsocketClientSpec SPEC = WebsocketClientSpec.builder()
            .protocols(StreamFrames.SUBPROTOCOL)
            .maxFramePayloadLength(StreamFrames.MAX_JSON_BYTES)
            .build();

    @TempDir
    private static Path directory;

    private static Served served;

    @BeforeAll
    static void serve() {
        served = new Served(directory);
        served.launch("host", "exec sleep 600");
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static WebSocketFrame text(String json) {
        return new TextWebSocketFrame(json);
    }

    private static WebSocketFrame bytes(int kind, String content) {
        return new BinaryWebSocketFrame(
                Unpooled.buffer().writeByte(kind).writeBytes(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static String execution(String script, String streams) {
        String argument = new String(WireJson.write(List.of("/bin/sh", "-c", script)), StandardCharsets.UTF_8);
        return "{\"process\":{\"args\":" + argument + ",\"cwd\":\"/\"},\"streams\":" + streams + "}";
    }

    private static Flux<Received> talk(String uri, Flux<WebSocketFrame> sent) {
        return talk(uri, sent, Duration.ZERO, new AtomicReference<>());
    }

    private static Flux<Received> talk(
            String uri, Flux<WebSocketFrame> sent, Duration pause, AtomicReference<WebSocketCloseStatus> closed) {
        return served.client().websocket(SPEC).uri(uri).handle((in, out) -> {
            in.receiveCloseStatus().subscribe(closed::set);
            Flux<Received> received = in.aggregateFrames(StreamFrames.MAX_JSON_BYTES)
                    .receiveFrames()
                    .map(Received::of)
                    .delaySubscription(pause);
            Mono<Received> sending =
                    out.sendObject(sent.concatWith(Flux.never())).then().then(Mono.never());
            return received.takeUntilOther(sending);
        });
    }

    private static List<Received> all(String uri, WebSocketFrame... sent) {
        return Objects.requireNonNull(talk(uri, Flux.just(sent)).collectList().block(LIMIT));
    }

    private static String output(List<Received> received, int kind) {
        return received.stream()
                .filter(message -> message.kind() == kind)
                .map(Received::text)
                .collect(Collectors.joining());
    }

    private static <T> T ending(List<Received> received, Class<T> type) {
        Received last = received.get(received.size() - 1);
        assertThat(last.kind()).isEqualTo(StreamFrames.ENDING);
        return WireJson.read(last.text(), type);
    }

    @Test
    void exec_withInput_isCarriedBothWaysToItsEnd() {
        AtomicReference<WebSocketCloseStatus> closed = new AtomicReference<>();
        String request = execution("cat; echo done >&2; exit 3", "{\"stdin\":true,\"stdout\":true,\"stderr\":true}");

        List<Received> received = Objects.requireNonNull(talk(
                        "/v1/containers/host/exec",
                        Flux.just(
                                text(request),
                                bytes(StreamFrames.STDIN, "one "),
                                bytes(StreamFrames.STDIN, "two"),
                                bytes(StreamFrames.STDIN, "")),
                        Duration.ZERO,
                        closed)
                .collectList()
                .block(LIMIT));

        assertThat(output(received, StreamFrames.STDOUT)).isEqualTo("one two");
        assertThat(output(received, StreamFrames.STDERR)).isEqualTo("done\n");
        ExecEnding ending = ending(received, ExecEnding.class);
        assertThat(Objects.requireNonNull(ending.report()).status()).isEqualTo(ExitStatus.exited(3));
        assertThat(closed.get()).isEqualTo(WebSocketCloseStatus.NORMAL_CLOSURE);
    }

    @Test
    void exec_withInputAlone_goesOnUntilItsEnd() {
        List<Received> received = all(
                "/v1/containers/host/exec",
                text(execution("sleep 0.1; read x; exit $x", "{\"stdin\":true}")),
                bytes(StreamFrames.STDIN, "7\n"));

        assertThat(Objects.requireNonNull(ending(received, ExecEnding.class).report())
                        .status())
                .isEqualTo(ExitStatus.exited(7));
    }

    @Test
    void exec_onATerminal_isResized() {
        Sinks.Many<WebSocketFrame> sent = Sinks.many().unicast().onBackpressureBuffer();
        String request = execution("stty size; read x; stty size", "{\"terminal\":{\"rows\":10,\"columns\":20}}");
        sent.tryEmitNext(text(request)).orThrow();

        List<Received> received = Objects.requireNonNull(talk("/v1/containers/host/exec", sent.asFlux())
                .doOnNext(message -> {
                    if (message.text().contains("10 20")) {
                        sent.tryEmitNext(bytes(StreamFrames.SIZE, "{\"rows\":30,\"columns\":40}"))
                                .orThrow();
                        sent.tryEmitNext(bytes(StreamFrames.STDIN, "\n")).orThrow();
                    }
                })
                .collectList()
                .block(LIMIT));

        assertThat(output(received, StreamFrames.STDOUT)).contains("10 20", "30 40");
    }

    @Test
    void exec_whoseClientGoes_isKilled() throws IOException {
        Path pid = served.file("pid");
        String request = execution("echo $$ > " + pid + "; echo here; exec sleep 600", "{\"stdout\":true}");
        Disposable client = talk("/v1/containers/host/exec", Flux.just(text(request)))
                .takeUntil(message -> message.text().startsWith("here"))
                .subscribe();
        awaitTrue(client::isDisposed);

        Path process = Path.of("/proc", Files.readString(pid).strip());

        awaitTrue(() -> !Files.exists(process));
    }

    @Test
    void exec_whoseClientDoesNotRead_waits() {
        Path done = served.file("done");
        int size = 8 << 20;
        String request = execution("head -c " + size + " /dev/zero; touch " + done, "{\"stdout\":true}");

        Flux<Received> received = talk(
                        "/v1/containers/host/exec",
                        Flux.just(text(request)),
                        Duration.ofMillis(400),
                        new AtomicReference<>())
                .doOnNext(message -> {
                    if (message.kind() == StreamFrames.STDOUT && message.text().isEmpty()) {
                        throw new AssertionError("an empty message of output");
                    }
                });
        Mono<Boolean> early = Mono.delay(Duration.ofMillis(350)).map(tick -> Files.exists(done));

        assertThat(Mono.zip(received.map(message -> message.text().length()).reduce(0, Integer::sum), early)
                        .map(both -> both.getT1() > size && !both.getT2())
                        .block(LIMIT))
                .isTrue();
        assertThat(done).exists();
    }

    @Test
    void exec_thatCannotBe_endsWithAProblem() {
        String known = execution("true", "{}");

        assertThat(problem("/v1/containers/nobody/exec", text(known)).type()).endsWith(":no-such-container");
        assertThat(problem("/v1/containers/host/exec", text(execution("true", "{\"x\":1}")))
                        .detail())
                .isEqualTo("field 'streams.x' is not known");
        assertThat(problem("/v1/containers/host/exec", bytes(StreamFrames.STDIN, "x"))
                        .detail())
                .startsWith("the first message must be a text");
        assertThat(problem("/v1/containers/host/exec", text(execution("cat", "{\"stdin\":true}")), bytes(9, "x"))
                        .detail())
                .startsWith("a message must begin with");
        assertThat(problem("/v1/containers/host/exec", text("{\"process\":{\"args\":[\"/nothing\"],\"cwd\":\"/\"}}"))
                        .type())
                .endsWith(":program-not-found");
    }

    private static Problem problem(String uri, WebSocketFrame... sent) {
        return Objects.requireNonNull(ending(all(uri, sent), AttachEnding.class).problem());
    }

    @Test
    void run_toItsEnd_isReported() {
        RunRequest request = RunRequest.rootfs(
                ContainerId.of("ws-run"), Path.of("/"), List.of("/bin/sh", "-c", "echo hello; exit 4"));
        String body = new String(WireJson.write(RunBody.of(request)), StandardCharsets.UTF_8)
                .replace("\"stdout\":false", "\"stdout\":true");

        List<Received> received = all("/v1/run", text(body));

        assertThat(output(received, StreamFrames.STDOUT)).isEqualTo("hello\n");
        RunEnding ending = ending(received, RunEnding.class);
        assertThat(Objects.requireNonNull(ending.report()).status()).isEqualTo(ExitStatus.exited(4));
        assertThat(served.orchestrator()
                        .list()
                        .map(info -> info.id().value())
                        .collectList()
                        .block(LIMIT))
                .doesNotContain("ws-run");
    }

    @Test
    void attach_toARunningContainer_takesPartToItsEnd() {
        served.launch(shell("attached", "read line; echo got $line; read more; exit 5")
                .withStreams(LaunchStreams.none().withInput(true)));
        Sinks.Many<WebSocketFrame> sent = Sinks.many().unicast().onBackpressureBuffer();
        sent.tryEmitNext(text("{}")).orThrow();
        sent.tryEmitNext(bytes(StreamFrames.STDIN, "this\n")).orThrow();

        List<Received> received = Objects.requireNonNull(talk("/v1/containers/attached/attach", sent.asFlux())
                .doOnNext(message -> {
                    if (message.text().startsWith("got this")) {
                        sent.tryEmitNext(bytes(StreamFrames.STDIN, "\n")).orThrow();
                    }
                })
                .collectList()
                .block(LIMIT));

        assertThat(output(received, StreamFrames.STDOUT)).isEqualTo("got this\n");
        assertThat(ending(received, AttachEnding.class).exitStatus()).isEqualTo(ExitStatus.exited(5));
        served.remove("attached");
    }

    @Test
    void attach_toOneWithoutInput_getsItsOutputAndEnd() {
        served.launch(shell("watched", "sleep 0.2; echo seen; exec sleep 600"));
        List<Received> received = Objects.requireNonNull(talk("/v1/containers/watched/attach", Flux.just(text("{}")))
                .doOnNext(message -> {
                    if (message.text().startsWith("seen")) {
                        served.orchestrator()
                                .kill(ContainerId.of("watched"), Signal.KILL, KillOptions.init())
                                .subscribe();
                    }
                })
                .collectList()
                .block(LIMIT));

        assertThat(output(received, StreamFrames.STDOUT))
                .as(received.get(received.size() - 1).text())
                .isEqualTo("seen\n");
        assertThat(ending(received, AttachEnding.class).exitStatus()).isEqualTo(ExitStatus.signaled(Signal.KILL));
        served.remove("watched");
    }

    @Test
    void attach_withInputThatIsNotTaken_saysSo() {
        served.launch(shell("deaf", "exec sleep 600"));

        assertThat(problem("/v1/containers/deaf/attach", text("{}"), bytes(StreamFrames.STDIN, "x"))
                        .detail())
                .isEqualTo("container deaf takes no input of those who are attached");

        served.remove("deaf");
    }

    private static void awaitTrue(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .takeUntil(tick -> condition.getAsBoolean())
                .then()
                .block(LIMIT);
    }

    record Received(int kind, String text) {
        static Received of(WebSocketFrame frame) {
            return new Received(
                    frame.content().readUnsignedByte(), frame.content().toString(StandardCharsets.UTF_8));
        }
    }
}
