// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import io.runflux.wire.Problem;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ConcurrentModificationException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.WebsocketClientSpec;

/** Whose fault an error is, and who learns of it. */
class FaultsTest {
    private final LogWords log = new LogWords();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        log.close();
    }

    private Served.Answer ask(Throwable error, String operation, HttpMethod method, String path, String body) {
        Map<String, String> type = body.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json");
        try (Stub stub = new Stub(directory, Map.of(operation, Mono.error(error)))) {
            return Served.ask(stub.client(), method, path, type, body);
        }
    }

    /** Of what is read inside, such as what a runtime has printed, nobody outside is told. */
    @ParameterizedTest
    @CsvSource({
        "inspect, GET, /v1/containers/c1",
        "start, POST, /v1/containers/c1/start",
        "sweep, POST, /v1/sweep",
        "waitFor, GET, /v1/containers/c1/wait"
    })
    void value_thatNobodySent_isAFailureAndLogged(String operation, String method, String path) {
        Served.Answer answer =
                ask(new IllegalArgumentException("secret"), operation, HttpMethod.valueOf(method), path, "");

        answer.problem(500, "internal");
        assertThat(answer.body()).doesNotContain("secret");
        assertThat(log.text()).contains(path + " failed", "IllegalArgumentException: secret");
    }

    @Test
    void number_thatIsNone_isAFailureAlsoWhereValuesWereSent() {
        NumberFormatException error = new NumberFormatException("For input string: \"secret\"");

        Served.Answer answer = ask(error, "update", HttpMethod.POST, "/v1/containers/c1/update", "{}");

        answer.problem(500, "internal");
        assertThat(log.text()).contains("secret");
    }

    @Test
    void value_thatTheOrchestratorRefuses_isTheClientsFault() {
        IllegalArgumentException error = new IllegalArgumentException("log must be below an allowed root");

        Problem problem = ask(error, "update", HttpMethod.POST, "/v1/containers/c1/update", "{}")
                .problem(400, "invalid-request");

        assertThat(problem.detail()).isEqualTo("log must be below an allowed root");
    }

    @Test
    void state_ofSomethingInside_isAFailure() {
        ask(new CancellationException("secret"), "inspect", HttpMethod.GET, "/v1/containers/c1", "")
                .problem(500, "internal");
        ask(new ConcurrentModificationException("secret"), "inspect", HttpMethod.GET, "/v1/containers/c1", "")
                .problem(500, "internal");
        ask(new IllegalStateException("disposed of"), "inspect", HttpMethod.GET, "/v1/containers/c1", "")
                .problem(409, "illegal-state");
    }

    @Test
    void events_overAWebSocketThatBreakOff_areLoggedOnce() {
        Flux<Object> broken = Flux.error(new ArithmeticException("why"));
        try (Stub stub = new Stub(directory, Map.of("events", broken))) {
            Integer code = stub.client()
                    .websocket(WebsocketClientSpec.builder().build())
                    .uri("/v1/events")
                    .handle((in, out) -> in.receiveCloseStatus())
                    .next()
                    .map(status -> status.code())
                    .block(Served.LIMIT);

            assertThat(code).isEqualTo(1011);
        }
        assertThat(log.of(EventAnswers.class.getName())).containsExactly("events over a WebSocket broke off");
        assertThat(log.text()).containsOnlyOnce("ArithmeticException: why");
    }

    /** Nobody outside begins a line, or makes up what it says. */
    @Test
    void bytes_thatAreNoRequest_areLoggedWithoutAWordOfTheirs() throws Exception {
        try (Stub stub = new Stub(directory, Map.of());
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(stub.socket()))) {
            String words = "ERROR forged HTTP/1.1\r\nX: \u0001\r\nHost : x\r\n\r\n";
            channel.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {}

            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
        }
        assertThat(log.text()).contains("Decoding failed").doesNotContain("forged");
    }
}
