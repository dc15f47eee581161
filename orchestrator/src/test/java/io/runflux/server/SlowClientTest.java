// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.EventEnvelope;
import io.runflux.metrics.PrometheusMeters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Clients that send too little, too late, or too much, byte for byte. */
@Tag("once")
class SlowClientTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final ServerLimits DEFAULTS = ServerLimits.defaults();

    @TempDir
    private Path directory;

    private Stub stub(ServerLimits limits) {
        return stub(limits, Map.of());
    }

    private Stub stub(ServerLimits limits, Map<String, Publisher<?>> answers) {
        return new Stub(directory, answers, builder -> builder.limits(limits));
    }

    private static SocketChannel connect(Stub stub) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(stub.socket()));
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(Served.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** All that comes until the other side has closed. */
    private static CompletableFuture<String> rest(SocketChannel channel) {
        return CompletableFuture.supplyAsync(() -> {
            StringBuilder text = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            try {
                while (channel.read(buffer) >= 0) {
                    text.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
                    buffer.clear();
                }
            } catch (IOException e) {
                throw new IllegalStateException("after '" + text + "'", e);
            }
            return text.toString();
        });
    }

    /** Sends a byte now and then until the other side takes none any more. */
    private static Mono<Void> dribble(SocketChannel channel) {
        return Flux.interval(Duration.ofMillis(20))
                .concatMap(tick -> Mono.fromCallable(() -> channel.write(ByteBuffer.wrap(new byte[] {'a'}))))
                .onErrorComplete(IOException.class)
                .then();
    }

    @Test
    void connections_onWhichNobodyGetsToThePoint_makeRoomForOthers() throws Exception {
        List<SocketChannel> slow = new ArrayList<>();
        List<CompletableFuture<Void>> given = new ArrayList<>();
        try (Stub stub = stub(DEFAULTS.withConnections(8).withHeaderTimeout(SHORT))) {
            for (int i = 0; i < 8; i++) {
                slow.add(connect(stub));
                write(slow.get(i), i == 0 ? "" : "GET /healthz HTTP/1.1\r\nX-");
                given.add(dribble(slow.get(i)).toFuture());
            }

            for (CompletableFuture<Void> up : given) {
                await(up);
            }

            assertThat(stub.get("/healthz", Map.of()).status()).isEqualTo(200);
        } finally {
            for (SocketChannel channel : slow) {
                channel.close();
            }
        }
    }

    /** A warning for each would be a way to fill the log. */
    @Test
    void connection_thatIsOneTooMany_isClosedAndCountedAndNotLogged() throws Exception {
        PrometheusMeters meters = PrometheusMeters.create();
        try (LogWords log = new LogWords();
                Stub stub = new Stub(
                        directory, Map.of(), builder -> builder.meters(meters).limits(DEFAULTS.withConnections(1)));
                SocketChannel first = connect(stub)) {
            write(first, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(first.read(ByteBuffer.allocate(1))).isEqualTo(1);
            try (SocketChannel second = connect(stub)) {
                assertThat(await(rest(second))).isEmpty();
            }

            assertThat(meters.text())
                    .contains(
                            "runflux_server_refusals_total{reason=\"too_many_connections\"} 1\n",
                            "runflux_server_connections 1\n");
            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void connection_thatIsSilentInsteadOfShakingHands_isClosed(@TempDir Path keys) throws Exception {
        Certificates certificates = new Certificates(keys);
        certificates.make("server");
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0)
                .tls(new ServerTls(certificates.certificate("server"), certificates.key("server"), null))
                .limits(DEFAULTS.withHeaderTimeout(SHORT)));
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))) {
            assertThat(await(rest(channel))).isEmpty();
        } finally {
            server.disposeLater().block(Served.LIMIT);
        }
    }

    private static RunfluxServer start(UnaryOperator<RunfluxServerBuilder> settings) {
        return settings.apply(RunfluxServer.builder(Stub.orchestrator(Map.of())))
                .start()
                .blockOptional(Served.LIMIT)
                .orElseThrow();
    }

    /** The time for an idle connection is longer, and it is that which counts. */
    @Test
    void connection_thatWasUsed_isKeptAsLongAsItMayBeIdle() throws Exception {
        try (Stub stub = stub(DEFAULTS.withHeaderTimeout(SHORT).withIdleTimeout(LONG));
                SocketChannel channel = connect(stub)) {
            write(channel, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Mono.delay(SHORT.multipliedBy(2)).block();
            write(channel, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertThat(await(rest(channel)).split("HTTP/1.1 200", -1)).hasSize(3);
        }
    }

    @Test
    void connection_thatWasUsedAndThenDribbles_isClosed() throws Exception {
        try (Stub stub = stub(DEFAULTS.withIdleTimeout(SHORT));
                SocketChannel channel = connect(stub)) {
            write(channel, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nX-");

            await(dribble(channel).toFuture());
            assertThat(stub.get("/healthz", Map.of()).status()).isEqualTo(200);
        }
    }

    @Test
    void answer_thatGoesOnForLonger_isNotCut() {
        Flux<EventEnvelope> never = Flux.never();
        ServerLimits limits =
                DEFAULTS.withHeaderTimeout(SHORT).withIdleTimeout(SHORT).withHeartbeat(Duration.ofMillis(50));
        Map<String, Publisher<?>> answers =
                Map.of("snapshot", Mono.error(new IllegalStateException("not now")), "events", never);
        try (Stub stub = stub(limits, answers)) {
            List<String> beats = stub.client()
                    .get()
                    .uri("/v1/events")
                    .responseContent()
                    .asString()
                    .take(8)
                    .collectList()
                    .block(Served.LIMIT);
            List<String> pings = stub.client()
                    .websocket(reactor.netty.http.client.WebsocketClientSpec.builder()
                            .handlePing(true)
                            .build())
                    .uri("/v1/events")
                    .handle((in, out) ->
                            in.receiveFrames().map(frame -> frame.getClass().getSimpleName()))
                    .take(8)
                    .collectList()
                    .block(Served.LIMIT);

            assertThat(beats).hasSize(8);
            assertThat(pings).hasSize(8);
        }
    }

    /** Whoever writes it all before reading still learns what was wrong with it. */
    @Test
    void body_thatIsTooLong_isAnsweredThoughMoreOfItComes() throws Exception {
        try (Stub stub = stub(DEFAULTS);
                SocketChannel channel = connect(stub)) {
            String head = "POST /v1/containers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
            write(channel, head + "Content-Length: 99999999\r\n\r\n");
            write(channel, "x".repeat(4 << 20));
            CompletableFuture<String> answer = rest(channel);

            assertThat(await(answer)).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close");
        }
    }

    @Test
    void body_thatComesTooLate_isAnsweredThoughMoreOfItComes() throws Exception {
        try (Stub stub = stub(DEFAULTS.withRequestTimeout(SHORT));
                SocketChannel channel = connect(stub)) {
            String head = "POST /v1/containers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
            write(channel, head + "Content-Length: 1000\r\n\r\n{");
            Mono.delay(SHORT.multipliedBy(3)).block();
            write(channel, "more");

            assertThat(await(rest(channel))).startsWith("HTTP/1.1 408").containsIgnoringCase("connection: close");
        }
    }

    /** Nobody reads the body of what is refused, and it must neither be taken for a request nor keep the connection. */
    @Test
    void body_ofWhatIsRefused_doesNotKeepTheConnection() throws Exception {
        try (Stub stub = stub(DEFAULTS);
                SocketChannel channel = connect(stub)) {
            write(channel, "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx");
            CompletableFuture<String> answer = rest(channel);

            await(dribble(channel).toFuture());

            assertThat(await(answer)).startsWith("HTTP/1.1 404").containsIgnoringCase("connection: close");
        }
    }

    @Test
    void headers_thatAreTooLong_areAnsweredThoughMoreOfThemCome() throws Exception {
        try (Stub stub = stub(DEFAULTS);
                SocketChannel channel = connect(stub)) {
            write(channel, "GET /healthz HTTP/1.1\r\nX-Long: " + "x".repeat(1 << 20));

            assertThat(await(rest(channel))).startsWith("HTTP/1.1 431");
        }
    }
}
