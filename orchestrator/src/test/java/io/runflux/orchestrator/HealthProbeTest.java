// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.host.Command;
import io.runflux.host.ProcessHost;
import io.runflux.process.ProcessLauncher;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.TcpResources;
import reactor.netty.tcp.TcpServer;
import reactor.test.StepVerifier;

class HealthProbeTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Sinks.Empty<Void> connectionClosed = Sinks.empty();
    private final ProcessLauncher launcher = ProcessLauncher.create();
    private final AtomicReference<Duration> limitGiven = new AtomicReference<>();

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(AT_ONCE);
    }

    private static ProbeResult check(HealthProbe probe, Duration limit) {
        return Objects.requireNonNull(probe.check(limit).block(AT_ONCE));
    }

    private ProbeResult checkHttp(String path, Duration limit) {
        DisposableServer server = HttpServer.create()
                .runOn(TcpResources.get())
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(connection -> connection.onDispose(connectionClosed::tryEmitEmpty))
                .route(routes -> routes.get("/status/{code}", (request, response) -> response.status(
                                        Integer.parseInt(Objects.requireNonNull(request.param("code"))))
                                .sendString(Mono.just("words")))
                        .get(
                                "/long",
                                (request, response) -> response.sendString(Mono.just("0123456789".repeat(100_000))))
                        .get("/silent", (request, response) -> Mono.never()))
                .bindNow(AT_ONCE);
        try {
            return check(HealthProbe.http(URI.create("http://127.0.0.1:" + server.port() + path)), limit);
        } finally {
            server.disposeNow(AT_ONCE);
        }
    }

    private ProbeResult checkShell(String script, Duration limit) {
        return check(HealthProbe.command(Command.of(ProcessHost.local(launcher), "sh", "-c", script)), limit);
    }

    @ParameterizedTest
    @CsvSource({"200, true", "301, true", "399, true", "400, false", "404, false", "503, false"})
    void http_status_decides(int code, boolean isPassed) {
        assertThat(checkHttp("/status/" + code, AT_ONCE))
                .isEqualTo(new ProbeResult(isPassed, "HTTP " + code + ": words"));
    }

    @Test
    void http_longBody_isReadAsFarAsItIsKept() {
        ProbeResult result = checkHttp("/long", AT_ONCE);

        assertThat(result.isPassed()).isTrue();
        assertThat(result.output()).hasSize(ProbeResult.MAX_OUTPUT).startsWith("HTTP 200: 0123456789");
        assertThat(connectionClosed.asMono().block(AT_ONCE)).isNull();
    }

    @Test
    void http_noAnswer_isCutOffAndDisconnects() {
        assertThat(checkHttp("/silent", SHORT))
                .isEqualTo(ProbeResult.failed("the probe took longer than 0.1s and was cut off"));
        StepVerifier.create(connectionClosed.asMono()).expectComplete().verify(AT_ONCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://localhost/", "localhost:80", "/health", "http:/health", "http:health"})
    void http_noHttpUriWithAHost_isRefused(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthProbe.http(URI.create(uri)))
                .withMessage("a probe needs an http or https URI with a host, was '" + uri + "'");
    }

    @Test
    void tcp_somebodyListens_passesAndLetsGo() {
        DisposableServer server = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(connection -> connection.onDispose(connectionClosed::tryEmitEmpty))
                .bindNow(AT_ONCE);
        try {
            assertThat(check(HealthProbe.tcp("127.0.0.1", server.port()), AT_ONCE))
                    .isEqualTo(ProbeResult.passed("connected to 127.0.0.1:" + server.port()));
            StepVerifier.create(connectionClosed.asMono()).expectComplete().verify(AT_ONCE);
        } finally {
            server.disposeNow(AT_ONCE);
        }
    }

    @Test
    void tcp_nobodyListens_fails() {
        DisposableServer server = TcpServer.create().host("127.0.0.1").port(0).bindNow(AT_ONCE);
        int port = server.port();
        server.disposeNow(AT_ONCE);

        StepVerifier.create(HealthProbe.tcp("127.0.0.1", port).check(AT_ONCE))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("refused"))
                .verify(AT_ONCE);
    }

    @Test
    void tcp_noAddress_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> HealthProbe.tcp("", 80));
        assertThatIllegalArgumentException().isThrownBy(() -> HealthProbe.tcp("localhost", 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthProbe.tcp("localhost", 65_536))
                .withMessage("port must be from 1 to 65535, was 65536");
    }

    @Test
    void command_exitCode_decides() {
        assertThat(checkShell("echo well; exit 0", AT_ONCE)).isEqualTo(ProbeResult.passed("well\n"));
        assertThat(checkShell("echo not well >&2; exit 3", AT_ONCE))
                .isEqualTo(ProbeResult.failed("exit status 3: not well\n"));
        assertThat(checkShell("kill -KILL $$", AT_ONCE)).isEqualTo(ProbeResult.failed("signal SIGKILL"));
    }

    @Test
    void command_hangs_isKilledAndWaitedFor() {
        ProbeResult result = checkShell("exec sleep 60", SHORT);

        assertThat(result).isEqualTo(ProbeResult.failed("the probe took longer than 0.1s and was cut off"));
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void command_muchOutput_isReadAndCut() {
        ProbeResult result = checkShell("yes | head -c 1000000", AT_ONCE);

        assertThat(result.isPassed()).isTrue();
        assertThat(result.output()).hasSize(ProbeResult.MAX_OUTPUT).startsWith("y\ny\n");
    }

    @Test
    void command_notFound_fails() {
        HealthProbe probe = HealthProbe.command(Command.of(ProcessHost.local(launcher), "no-such-program"));

        StepVerifier.create(probe.check(AT_ONCE))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("no-such-program"))
                .verify(AT_ONCE);
    }

    private HealthProbe exec(PipedProcess process, Mono<ExitStatus> end) {
        return HealthProbe.exec((streams, limit) -> {
            limitGiven.set(limit);
            return streams.relay(process).then(end);
        });
    }

    @Test
    void exec_exitCode_decides() {
        PipedProcess process = new PipedProcess().write("out ").fail("err");
        process.end(1);

        assertThat(check(exec(process, process.exit()), SHORT)).isEqualTo(ProbeResult.failed("exit status 1: out err"));
        assertThat(limitGiven).hasValue(SHORT);
    }

    @Test
    void exec_limitIsKept_isCutOff() {
        PipedProcess process = new PipedProcess().write("before");
        process.end(0);
        Mono<ExitStatus> late = Mono.error(() -> new RunTimeoutException(ContainerId.of("c1"), SHORT));

        assertThat(check(exec(process, late), SHORT))
                .isEqualTo(ProbeResult.failed("the probe took longer than 0.1s and was cut off: before"));
    }

    @Test
    void result_longOutput_isCutAndNotShown() {
        ProbeResult result = ProbeResult.passed("x".repeat(5000));

        assertThat(result.output()).hasSize(ProbeResult.MAX_OUTPUT).endsWith("x...");
        assertThat(result).hasToString("ProbeResult[passed, 4096 characters]");
    }

    @Test
    void result_everyEnd_passesOnlyWithCodeZero() {
        assertThat(List.of(ExitStatus.exited(0), ExitStatus.exited(1), ExitStatus.unknown()))
                .extracting(status -> ProbeResult.of(status, "").isPassed())
                .containsExactly(true, false, false);
    }
}
