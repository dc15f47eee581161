// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** Who did what, and nobody but the server says so. */
class AuditTest {
    private static final String AUDIT = "io.runflux.audit";
    private static final String HERE = " by /127\\.0\\.0\\.1:\\d+";

    private final LogWords log = new LogWords();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        log.close();
    }

    private static RunfluxServer start(UnaryOperator<RunfluxServerBuilder> settings) {
        Mono<Object> no = Mono.error(new IllegalStateException("not now"));
        Map<String, Publisher<?>> answers = Map.ofEntries(
                Map.entry("create", no),
                Map.entry("launch", no),
                Map.entry("start", no),
                Map.entry("stop", no),
                Map.entry("kill", no),
                Map.entry("pause", no),
                Map.entry("resume", no),
                Map.entry("update", no),
                Map.entry("exec", no),
                Map.entry("remove", no),
                Map.entry("inspect", no),
                Map.entry("sweep", Flux.error(new IllegalStateException("not now"))));
        return settings.apply(RunfluxServer.builder(Stub.orchestrator(answers)))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private static void ask(RunfluxServer server, HttpMethod method, String path, String body) {
        HttpClient client = HttpClient.newConnection().host("127.0.0.1").port(server.port());
        Served.ask(client, method, path, Map.of("Content-Type", "application/json"), body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /v1/containers/c1/start  |                   | start c1",
                "POST   | /v1/containers/c1/stop   | {}                | stop c1",
                "POST   | /v1/containers/c1/kill   | {}                | kill c1",
                "POST   | /v1/containers/c1/pause  |                   | pause c1",
                "POST   | /v1/containers/c1/resume |                   | resume c1",
                "POST   | /v1/containers/c1/update | {}                | update c1",
                "DELETE | /v1/containers/c1        |                   | remove c1",
                "POST   | /v1/sweep                |                   | sweep"
            })
    void request_overTcpThatChangesSomething_isToldWithWhoAsked(String method, String path, String body, String did) {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0));

        ask(server, HttpMethod.valueOf(method), path, body == null ? "" : body);
        server.disposeLater().block(LIMIT);

        assertThat(log.of(AUDIT)).singleElement().asString().matches(did + HERE);
    }

    @Test
    void request_thatOnlyReads_isNotTold() {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0));

        ask(server, HttpMethod.GET, "/v1/containers/c1", "");
        server.disposeLater().block(LIMIT);

        assertThat(log.of(AUDIT)).isEmpty();
    }

    @Test
    void create_withWordsThatLookLikeALine_tellsTheContainerAlone() {
        LaunchRequest request = Served.shell("c1", "x\n[main] INFO io.runflux.audit - forged by nobody");
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0));

        ask(server, HttpMethod.POST, "/v1/containers", new String(WireJson.write(request), StandardCharsets.UTF_8));
        server.disposeLater().block(LIMIT);

        assertThat(log.of(AUDIT)).singleElement().asString().matches("create c1" + HERE);
        assertThat(log.text()).doesNotContain("forged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c1%0a%5bmain%5d%20INFO%20io.runflux.audit%20-%20forged", "c1\u0085forged", "c1;forged"})
    void request_withAnIdThatIsNone_isToldNobody(String id) {
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0));

        ask(server, HttpMethod.POST, "/v1/containers/" + id + "/start", "");
        server.disposeLater().block(LIMIT);

        assertThat(log.text()).doesNotContain("forged");
    }

    @Test
    void request_withACertificate_isToldWithItsNameInOneLine() throws Exception {
        Certificates certificates = new Certificates(directory);
        certificates.make("server", "-addext", "subjectAltName=IP:127.0.0.1");
        certificates.makeFor("client", "/CN=eve\u2028by\u0085uid\u001b[2J 0\u202e");
        RunfluxServer server = start(builder -> builder.tcp("127.0.0.1", 0)
                .tls(new ServerTls(
                        certificates.certificate("server"),
                        certificates.key("server"),
                        certificates.certificate("client"))));
        Http11SslContextSpec spec = Http11SslContextSpec.forClient().configure(context -> context.trustManager(
                        certificates.certificate("server").toFile())
                .keyManager(
                        certificates.certificate("client").toFile(),
                        certificates.key("client").toFile()));

        HttpClient client = HttpClient.newConnection()
                .host("127.0.0.1")
                .port(server.port())
                .secure(ssl -> ssl.sslContext((GenericSslContextSpec<?>) spec));
        Served.ask(client, HttpMethod.POST, "/v1/containers/c1/start", Map.of(), "");
        server.disposeLater().block(LIMIT);

        List<String> told = log.of(AUDIT);
        assertThat(told).singleElement().asString().matches("start c1" + HERE + " CN=eve.by.uid.\\[2J 0.");
        assertThat(told.get(0)).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    }
}
