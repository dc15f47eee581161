// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStats;
import io.runflux.orchestrator.NoLogException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One connection, byte for byte. */
class ConnectionTest {
    private static final ContainerStats STATS =
            new ContainerStats(null, null, null, null, Map.of(), List.of(), Map.of());
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    @TempDir
    private Path directory;

    private static String request(String line, String... headers) {
        return line + " HTTP/1.1\r\nHost: localhost\r\n"
                + String.join(
                        "",
                        List.of(headers).stream().map(header -> header + "\r\n").toList()) + "\r\n";
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Reads until there are so many answers, and returns their codes. */
    private static List<String> read(SocketChannel channel, int count) throws Exception {
        return CompletableFuture.supplyAsync(() -> readAll(channel, count))
                .get(Served.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<String> readAll(SocketChannel channel, int count) {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try {
            while (codes(text).size() < count && channel.read(buffer) >= 0) {
                text.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
                buffer.clear();
            }
        } catch (IOException e) {
            throw new IllegalStateException("after '" + text + "'", e);
        }
        return codes(text);
    }

    private static List<String> codes(CharSequence text) {
        return STATUS.matcher(text).results().map(result -> result.group(1)).toList();
    }

    private static SocketChannel connect(Stub stub) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(stub.socket()));
    }

    /** The second comes before the first is answered, and is refused at once when it is its turn. */
    @Test
    void request_afterOneThatWasKeptAndRefused_isAnswered() throws Exception {
        Map<String, Publisher<?>> answers =
                Map.of("stats", Mono.delay(Duration.ofMillis(30)).thenReturn(STATS));
        try (Stub stub = new Stub(directory, answers);
                SocketChannel channel = connect(stub)) {
            write(channel, request("GET /v1/containers/c1/stats") + request("GET /v1/nothing"));
            assertThat(read(channel, 2)).containsExactly("200", "404");

            write(channel, request("GET /healthz"));

            assertThat(read(channel, 1)).containsExactly("200");
        }
    }

    /** What is refused on another thread may be read by the client before that thread has gone on. */
    @Test
    void requests_thatFollowRefusalsAtOnce_areAllAnswered() throws Exception {
        Map<String, Publisher<?>> answers = Map.of(
                "stats",
                Mono.error(new NoLogException(ContainerId.of("c1"))).subscribeOn(Schedulers.parallel()),
                "inspect",
                Mono.error(new NoLogException(ContainerId.of("c1"))));
        try (Stub stub = new Stub(directory, answers);
                SocketChannel channel = connect(stub)) {
            for (int i = 0; i < 300; i++) {
                write(channel, request("GET /v1/containers/c1" + (i % 3 == 0 ? "" : "/stats")));
                assertThat(read(channel, 1)).as("answer %s", i).containsExactly("404");
            }
        }
    }

    @Test
    void upgrade_withoutAKey_isRefusedAndHoldsNoPlace() throws Exception {
        try (Stub stub = new Stub(
                directory,
                Map.of(),
                builder -> builder.limits(ServerLimits.defaults().withStreams(1)))) {
            for (int i = 0; i < 3; i++) {
                try (SocketChannel channel = connect(stub)) {
                    write(
                            channel,
                            request(
                                    "GET /v1/run",
                                    "Connection: Upgrade",
                                    "Upgrade: websocket",
                                    "Sec-WebSocket-Version: 13"));
                    assertThat(read(channel, 1)).containsExactly("400");
                }
            }
        }
    }
}
