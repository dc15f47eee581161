// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

@Tag("once")
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

    private SSLSocketFactory trustingTheServer() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(certificate("server"))) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    /** The end of the output is told within TLS, and nothing that comes after it undoes the answer. */
    @Test
    void body_thatIsTooLong_isAnsweredThoughMoreOfItComes() throws Exception {
        RunfluxServer server = RunfluxServer.builder(Stub.orchestrator(Map.of()))
                .tcp("127.0.0.1", 0)
                .tls(new ServerTls(certificate("server"), key("server"), null))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
        String head = "POST /v1/containers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n";
        try (Socket socket = trustingTheServer().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write((head + "x".repeat(4 << 20)).getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 413").endsWith("}");
        }
        server.disposeLater().block(LIMIT);
    }
}
