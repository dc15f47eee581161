// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

class TlsTest {
    @TempDir
    private Path directory;

    private Certificates certificates;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = new Certificates(directory);
        certificates.make("server", "-addext", "subjectAltName=IP:127.0.0.1");
        certificates.make("client");
        certificates.make("stranger");
    }

    private Path key(String name) {
        return certificates.key(name);
    }

    private Path certificate(String name) {
        return certificates.certificate(name);
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
