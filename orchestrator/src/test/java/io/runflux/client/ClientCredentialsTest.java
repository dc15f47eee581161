// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.server.RunfluxServer;
import io.runflux.server.RunfluxServerBuilder;
import io.runflux.server.ServerTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Who asks, and who answers. */
class ClientCredentialsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");
    private static final String TOKEN = "a-token-of-some-length";

    @TempDir
    private Path directory;

    private EmbeddedOrchestrator engine;
    private @Nullable RunfluxServer server;

    @BeforeEach
    void makeEngine() {
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        engine = Orchestrator.builder()
                .runtime(launcher -> OciRuntimes.host(launcher, config))
                .build();
    }

    @AfterEach
    void end() {
        Mono<Void> closed = server == null ? Mono.empty() : server.disposeLater();
        closed.then(engine.disposeLater()).block(LIMIT);
    }

    /** Each is its own authority. */
    private void certify(String name, String... more) throws Exception {
        assumeTrue(Files.isExecutable(OPENSSL), "program openssl is missing");
        List<String> command = new ArrayList<>(List.of(OPENSSL.toString(), "req", "-x509", "-newkey", "ec"));
        command.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=" + name));
        command.addAll(List.of(
                "-keyout", key(name).toString(), "-out", certificate(name).toString()));
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

    private int start(RunfluxServerBuilder builder) {
        RunfluxServer started =
                builder.tcp("127.0.0.1", 0).start().blockOptional(LIMIT).orElseThrow();
        server = started;
        return started.port();
    }

    private static @Nullable Throwable ask(RunfluxClientBuilder builder) {
        Orchestrator client = builder.build();
        Throwable error = client.snapshot()
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(LIMIT);
        client.disposeLater().block(LIMIT);
        return error;
    }

    @Test
    void token_decidesWhoIsAnswered() {
        String address =
                "http://127.0.0.1:" + start(RunfluxServer.builder(engine).bearerToken(TOKEN));

        assertThat(ask(RunfluxClient.at(address).bearerToken(TOKEN))).isNull();
        assertThat(List.of(RunfluxClient.at(address), RunfluxClient.at(address).bearerToken("another-one")))
                .allSatisfy(stranger -> assertThat(ask(stranger))
                        .isInstanceOfSatisfying(ServerProblemException.class, error -> {
                            assertThat(error.status()).isEqualTo(401);
                            assertThat(error.type()).isEqualTo("urn:runflux:problem:unauthorized");
                        })
                        .hasMessageNotContaining("another-one"));
    }

    @Test
    void certificates_tellEachSideWhoTheOtherIs() throws Exception {
        certify("server", "-addext", "subjectAltName=IP:127.0.0.1");
        certify("client");
        certify("stranger");
        int port = start(RunfluxServer.builder(engine)
                .tls(new ServerTls(certificate("server"), key("server"), certificate("client"))));
        String address = "https://127.0.0.1:" + port;

        assertThat(ask(RunfluxClient.at(address)
                        .trust(certificate("server"))
                        .certificate(certificate("client"), key("client"))))
                .isNull();
        assertThat(List.of(
                        RunfluxClient.at(address).trust(certificate("server")),
                        RunfluxClient.at(address)
                                .trust(certificate("server"))
                                .certificate(certificate("stranger"), key("stranger")),
                        RunfluxClient.at(address)
                                .trust(certificate("stranger"))
                                .certificate(certificate("client"), key("client")),
                        RunfluxClient.at("https://localhost:" + port)
                                .trust(certificate("server"))
                                .certificate(certificate("client"), key("client"))))
                .allSatisfy(stranger -> assertThat(ask(stranger))
                        .isInstanceOf(ServerUnavailableException.class)
                        .hasMessageNotContaining("refused"));
    }
}
