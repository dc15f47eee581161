// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static io.runflux.server.Served.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.client.HttpClient;

class GateTest {
    @TempDir
    private Path directory;

    private static RunfluxServer start(UnaryOperator<RunfluxServerBuilder> settings) {
        return settings.apply(RunfluxServer.builder(Stub.orchestrator(Map.of())))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private static Served.Answer get(RunfluxServer server, String path, Map<String, String> headers) {
        HttpClient client = HttpClient.newConnection().host("127.0.0.1").port(server.port());
        return Served.ask(client, HttpMethod.GET, path, headers, "");
    }

    private static int status(RunfluxServer server, String head) throws IOException {
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))) {
            channel.write(ByteBuffer.wrap((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {}
            return Integer.parseInt(new String(answer.array(), 9, 3, StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST, 200",
        "127.0.0.1, 200",
        "127.1.2.3, 200",
        "[::1], 200",
        "known.example, 200",
        "127.attacker.example, 421",
        "127.0.0.1.attacker.example, 421",
        "attacker.example, 421",
        "a@localhost, 400",
        "localhost:1, 421"
    })
    void host_decides(String host, int status) {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0).hosts(Set.of("Known.example")));

        assertThat(get(server, "/healthz", Map.of("Host", host)).status()).isEqualTo(status);

        server.disposeLater().block(LIMIT);
    }

    @Test
    void host_missingOrTwice_isRefused() throws IOException {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0));

        assertThat(status(server, "GET /healthz HTTP/1.1")).isEqualTo(400);
        assertThat(status(server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost"))
                .isEqualTo(400);
        assertThat(status(server, "GET /healthz HTTP/1.1\r\nHost: localhost:" + server.port()))
                .isEqualTo(200);

        server.disposeLater().block(LIMIT);
    }

    /** As a client sends it that takes this server for a proxy, or goes through one (RFC 9112, 3.2.2). */
    @ParameterizedTest
    @CsvSource({
        "http://localhost/healthz, localhost, 200",
        "HTTP://LOCALHOST/healthz, localhost, 200",
        "http://localhost/healthz?, localhost, 200",
        "http://localhost/readyz, attacker.example, 200",
        "http://attacker.example/healthz, localhost, 421",
        "http://localhost@attacker.example/healthz, localhost, 400",
        "http:///healthz, localhost, 400",
        "http://localhost:1/healthz, localhost, 421",
        "http://localhost, localhost, 404",
        "ftp://localhost/healthz, localhost, 404"
    })
    void target_thatIsAbsolute_decidesInsteadOfTheHost(String target, String host, int status) throws IOException {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0));

        assertThat(status(server, "GET " + target + " HTTP/1.1\r\nHost: " + host))
                .isEqualTo(status);

        server.disposeLater().block(LIMIT);
    }

    @Test
    void target_thatIsAbsolute_needsAHostNevertheless() throws IOException {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0));

        assertThat(status(server, "GET http://localhost/healthz HTTP/1.1")).isEqualTo(400);
        assertThat(status(server, "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost"))
                .isEqualTo(400);

        server.disposeLater().block(LIMIT);
    }

    @Test
    void target_thatIsAbsolute_isAskedForTheOriginAndTheTokenToo() throws IOException {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0).bearerToken(TOKEN));
        String target = "GET http://localhost:" + server.port() + "/v1/openapi.json?";

        assertThat(status(server, target + " HTTP/1.1\r\nHost: x")).isEqualTo(401);
        assertThat(status(server, target + " HTTP/1.1\r\nHost: x\r\nOrigin: http://x"))
                .isEqualTo(403);
        assertThat(status(server, target + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN))
                .isEqualTo(200);
        assertThat(status(server, target + "x=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN))
                .isEqualTo(400);

        server.disposeLater().block(LIMIT);
    }

    /** All connections that there may be could be kept by who may ask for nothing but the health. */
    @ParameterizedTest
    @CsvSource({"/healthz, localhost", "/v1/nothing, localhost", "/healthz, other.example"})
    void connection_ofWhoDoesNotShowTheToken_isClosedBehindTheAnswer(String path, String host) {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0).bearerToken(TOKEN));

        assertThat(get(server, path, Map.of("Host", host)).header("Connection")).isEqualTo("close");
        assertThat(get(server, path, Map.of("Host", host, "Authorization", "Bearer " + TOKEN))
                        .headers()
                        .get("Connection"))
                .isNull();

        server.disposeLater().block(LIMIT);
    }

    @Test
    void origin_isRefusedUnlessItIsKnown() {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0).origins(Set.of("https://ui.example")));

        get(server, "/healthz", Map.of("Origin", "https://evil.example")).problem(403, "forbidden-origin");
        get(server, "/healthz", Map.of("Origin", "null")).problem(403, "forbidden-origin");
        get(server, "/healthz", Map.of("Origin", "http://127.0.0.1:1")).problem(403, "forbidden-origin");
        assertThat(get(server, "/healthz", Map.of("Origin", "https://ui.example"))
                        .status())
                .isEqualTo(200);
        Served.Answer own = get(server, "/healthz", Map.of("Origin", "http://127.0.0.1:" + server.port()));
        assertThat(own.status()).isEqualTo(200);
        assertThat(own.headers().names())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));

        server.disposeLater().block(LIMIT);
    }

    @Test
    void token_isDemandedOfAllThatSaysAnything() {
        RunfluxServer server = start(builder -> builder.tcp("0.0.0.0", 0).bearerToken(TOKEN));

        Served.Answer refused = get(server, "/v1/openapi.json", Map.of());
        refused.problem(401, "unauthorized");
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
        get(server, "/v1/openapi.json", Map.of("Authorization", "Bearer " + TOKEN + "x"))
                .problem(401, "unauthorized");
        get(server, "/v1/openapi.json", Map.of("Authorization", "Basic " + TOKEN))
                .problem(401, "unauthorized");
        get(server, "/v1/nothing?token=" + TOKEN, Map.of()).problem(401, "unauthorized");
        assertThat(get(server, "/v1/openapi.json", Map.of("Authorization", "bearer " + TOKEN))
                        .status())
                .isEqualTo(200);
        assertThat(get(server, "/healthz", Map.of()).status()).isEqualTo(200);

        server.disposeLater().block(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void start_whereOthersReachIt_needsAuthentication(String address) {
        assertThatThrownBy(() -> start(builder -> builder.tcp(address, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("others reach '" + address + "'");
    }

    @Test
    void start_whereSomebodyListens_fails() {
        Path socket = directory.resolve("run").resolve("api.sock");
        RunfluxServer first = start(builder -> builder.unixSocket(socket));

        assertThatThrownBy(() -> start(builder -> builder.unixSocket(socket)))
                .hasMessageContaining("somebody listens at '" + socket + "' already");

        first.disposeLater().block(LIMIT);
        assertThat(socket).doesNotExist();
    }

    @Test
    void start_inADirectoryThatOthersMayEnter_isRefused() throws IOException {
        Path open = Files.createDirectory(
                directory.resolve("open"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

        assertThatThrownBy(() -> start(builder -> builder.unixSocket(open.resolve("api.sock"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0700");
    }

    @Test
    void start_overAFile_leavesTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("api.sock"), "mine");

        assertThatThrownBy(() -> start(builder -> builder.unixSocket(file))).hasMessageContaining("no socket");

        assertThat(file).hasContent("mine");
    }

    @Test
    void start_afterOneThatWasKilled_takesItsPlace() throws IOException {
        Path left = directory.resolve("api.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(left));
        }

        RunfluxServer server = start(builder -> builder.unixSocket(left));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(left)))
                .isEqualTo("rw-------");
        server.disposeLater().block(LIMIT);
    }

    @Test
    void start_withoutAPlace_saysSo() {
        assertThatThrownBy(() -> start(builder -> builder)).hasMessageContaining("needs a unix socket");
        assertThatThrownBy(() -> start(builder -> builder.bearerToken("short"))).hasMessageContaining("16");
        assertThatThrownBy(() -> start(builder -> builder.tcp("localhost", 70_000)))
                .hasMessageContaining("65535");
    }
}
