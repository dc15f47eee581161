// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

class TlsTest {
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    @TempDir
    private Path directory;

    @BeforeEach
    void makeCertificates() throws Exception {
        assumeTrue(Files.isExecutable(OPENSSL), "program openssl is missing");
        certify("server", "-addext", "subjectAltName=IP:127.0.0.1");
        certify("client");
        certify("stranger");
    }

    /** Each is its own authority. */
    private void certify(String name, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                OPENSSL.toString(),
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                key(name).toString(),
                "-out",
                certificate(name).toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile())
                .start();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private Path key(String name) {
        return directory.resolve(name + ".key");
    }

    private Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    private static RunfluxServer start(ServerTls tls) {
        return RunfluxServer.builder(Stub.orchestrator(Map.of()))
                .tcp("0.0.0.0", 0)
                .tls(tls)
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private int ask(RunfluxServer server, String client) {
        Http11SslContextSpec spec = Http11SslContextSpec.forClient().configure(context -> show(context, client));
        HttpClient http = HttpClient.newConnection()
                .host("127.0.0.1")
                .port(server.port())
                .secure(ssl -> ssl.sslContext((GenericSslContextSpec<?>) spec));
        return Served.ask(http, HttpMethod.GET, "/readyz", Map.of(), "").status();
    }

    private void show(SslContextBuilder context, String client) {
        context.trustManager(certificate("server").toFile());
        if (!client.isEmpty()) {
            context.keyManager(certificate(client).toFile(), key(client).toFile());
        }
    }

    @Test
    void mutual_letsInWhoTheAuthorityHasSigned() {
        RunfluxServer server = start(new ServerTls(certificate("server"), key("server"), certificate("client")));

        assertThat(server.address()).isEqualTo("https://0.0.0.0:" + server.port());
        assertThat(ask(server, "client")).isEqualTo(200);
        assertThatThrownBy(() -> ask(server, "stranger")).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> ask(server, "")).isInstanceOf(RuntimeException.class);

        server.disposeLater().block(LIMIT);
    }

    @Test
    void tls_alone_letsInEverybodyAndSoNobodyFromElsewhere() {
        ServerTls tls = new ServerTls(certificate("server"), key("server"), null);

        assertThatThrownBy(() -> start(tls)).hasMessageContaining("an authority of clients");
    }
}
