// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RunRequest;
import io.runflux.wire.StreamFrames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.tcp.TcpServer;

/** At the other end is something that does not answer as a server does. */
@Tag("once")
class UnreadableAnswerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ContainerId ID = ContainerId.of("c1");
    private static final String LINES = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n";

    private @Nullable DisposableServer server;
    private @Nullable Orchestrator client;

    @AfterEach
    void close() {
        if (client != null) {
            client.disposeLater().block(LIMIT);
        }
        if (server != null) {
            server.disposeNow(LIMIT);
        }
    }

    private Orchestrator connect(DisposableServer started) {
        server = started;
        Orchestrator connected = RunfluxClient.connect("http://127.0.0.1:" + started.port());
        client = connected;
        return connected;
    }

    /** Answers whatever is asked, and closes. */
    private Orchestrator answering(String answer) {
        return answering(Flux.just(answer));
    }

    private Orchestrator answering(Flux<String> answer) {
        return connect(TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((in, out) -> out.sendByteArray(in.receive()
                        .asByteArray()
                        .next()
                        .flatMapMany(asked -> answer)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))))
                .bindNow(LIMIT));
    }

    private static Throwable failure(Publisher<?> asked) {
        return Flux.from(asked)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private static String answer(String status, String type, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SSH-2.0-secret\\r\\n | it is not in the form of HTTP or of a WebSocket
            HTTP/1.1 secret Twenty\\r\\n\\r\\n | it is not in the form of HTTP or of a WebSocket
            HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nsecret | it is not JSON, at line 1, column 1
            HTTP/1.1 200 OK\\r\\nContent-Length: 23\\r\\n\\r\\n{"containers":"secret"} | field 'containers': must be of type ArrayList
            HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{} | cursor is required
            """)
    void list_isAnsweredBySomethingElse_saysWhatIsWrongAndRepeatsNothing(String answer, String why) {
        Throwable error = failure(
                answering(answer.replace("\\r", "\r").replace("\\n", "\n")).snapshot());

        assertThat(error)
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessage("the server's answer cannot be read: " + why)
                .hasNoCause();
    }

    @Test
    void list_answerIsTooLong_saysTheLimit() {
        Flux<String> endless = Flux.just("HTTP/1.1 200 OK\r\n\r\n")
                .concatWith(Flux.just(" ".repeat(1 << 16)).repeat());

        assertThat(failure(answering(endless).snapshot()))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageEndingWith("it has more than 16777216 bytes in one piece");
    }

    @Test
    void list_headerIsTooLong_saysTheLimit() {
        String header = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(10_000) + "\r\n\r\n";

        assertThat(failure(answering(header).snapshot()))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageContaining("is too long: HTTP header is larger than 8192 bytes");
    }

    @Test
    void list_answerBreaksOff_isALostConnection() {
        assertThat(failure(answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
                        .snapshot()))
                .isInstanceOfSatisfying(ServerUnavailableException.class, lost -> assertThat(lost.isMaybeDone())
                        .isTrue());
    }

    @ParameterizedTest
    @CsvSource({"text/html, 1", "application/problem+json, 1", "application/problem+json, 1048577"})
    void list_isRefusedInAnotherWay_tellsTheCode(String type, int times) {
        String answer = answer("502 Bad Gateway", type, "secret".repeat(times));

        assertThat(failure(answering(answer).snapshot()))
                .isInstanceOfSatisfying(ServerProblemException.class, refused -> assertThat(refused.status())
                        .isEqualTo(502))
                .hasMessageNotContaining("secret");
    }

    @Test
    void stats_lineIsNoneOfThem_saysWhatIsWrong() {
        assertThat(failure(answering(LINES + "{\"cpu\":7}\n").stats(ID, Duration.ofSeconds(1))))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageContaining("field 'cpu'");
    }

    @Test
    void events_lineIsNone_failAtOnce() {
        assertThat(failure(answering(LINES + "\n{\"topic\":\"/tasks/start\"}\n").events()))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageContaining("event lacks the field");
    }

    @Test
    void events_lineIsTooLong_failAtOnce() {
        assertThat(failure(answering(LINES + " ".repeat((1 << 20) + 1)).events()))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageEndingWith("it has more than 1048576 bytes in one piece");
    }

    private Orchestrator ending(String ending) {
        byte[] frame = (((char) StreamFrames.ENDING) + ending).getBytes(StandardCharsets.UTF_8);
        WebsocketServerSpec spec = WebsocketServerSpec.builder()
                .protocols(StreamFrames.SUBPROTOCOL)
                .build();
        return connect(HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.sendWebsocket(
                        (in, out) -> out.sendObject(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(frame)))
                                .then(in.receive().then()),
                        spec))
                .bindNow(LIMIT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            secret | it is not JSON
            {} | a report is required, or a problem
            {"report":{"id":7}} | field 'report.id'
            """)
    void run_endIsNone_saysWhatIsWrong(String ending, String why) {
        assertThat(failure(ending(ending).run(RunRequest.rootfs(ID, Path.of("/"), List.of("true")))))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @Test
    void run_messageIsTooLong_saysTheLimit() {
        assertThat(failure(ending(" ".repeat((1 << 20) + 1)).run(RunRequest.rootfs(ID, Path.of("/"), List.of("true")))))
                .isInstanceOf(UnreadableAnswerException.class)
                .hasMessageContaining("1048577");
    }
}
