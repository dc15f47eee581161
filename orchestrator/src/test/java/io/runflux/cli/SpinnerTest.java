// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.LogsOptions;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.server.RunfluxServer;
import io.runflux.stdio.LogStart;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import io.runflux.testing.RequiresProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@RequiresProgram("stty")
class SpinnerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ERASE = "\r\u001b[K";

    private Scene scene;
    private EmbeddedOrchestrator engine;
    private RunfluxServer server;

    @BeforeEach
    void serve(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        engine = Orchestrator.builder()
                .runtime(launcher -> OciRuntimes.host(launcher, config))
                .logs(UpstreamOptions.defaults().withAllowedRoots(directory))
                .build();
        server = RunfluxServer.builder(engine)
                .unixSocket(directory.resolve("served").resolve("s"))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
        launchDeaf(StdioUri.parse("file://" + directory.resolve("log")));
    }

    /** Does not heed a signal, and so has to be waited for. */
    private void launchDeaf(StdioUri log) {
        ContainerId id = ContainerId.of(scene.id());
        List<String> command = List.of("sh", "-c", "trap '' TERM; " + scene.sleeper());
        engine.launch(LaunchRequest.rootfs(id, Path.of("/"), command)
                        .withStreams(LaunchStreams.none().withLog(log)))
                .thenMany(engine.logs(id, new LogsOptions(LogStart.beginning(), true)))
                .blockFirst(LIMIT);
    }

    @AfterEach
    void end() {
        server.disposeLater().then(engine.disposeLater()).block(LIMIT);
    }

    private String[] stop() {
        return new String[] {"stop", "--connect", server.address(), "--time", "600ms", scene.id()};
    }

    @Test
    void stop_atTerminal_showsThatItWaitsAndErasesThat() throws Exception {
        try (PtySession terminal = PtySession.start(scene, PtySession.SEEN, stop())) {
            assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();

            assertThat(terminal.screen()).contains(ERASE + "| stop").contains("stop" + ERASE + "ended 0\r\n");
        }
    }

    @Test
    void run_atTerminal_isErasedBeforeTheOutput() throws Exception {
        String[] run = {"run", "--connect", server.address(), "--rootfs", "/", "echo", "hello"};
        try (PtySession terminal = PtySession.start(scene, PtySession.SEEN, run)) {
            assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();

            assertThat(terminal.screen()).endsWith("hello\r\nended 0\r\n");
            assertThat(terminal.screen().replaceAll("\r\u001b\\[K([|/\\\\-] run)?", ""))
                    .matches("pid \\d+\r\nhello\r\nended 0\r\n");
        }
    }

    @Test
    void stop_notAtTerminal_printsNothing() throws Exception {
        try (CliProcess piped = CliProcess.start(scene, stop())) {
            assertThat(piped.end()).isZero();
            assertThat(piped.out() + piped.err()).isEmpty();
        }
    }

    @Test
    void stop_dumbTerminal_printsNothing() throws Exception {
        try (PtySession terminal = PtySession.start(scene, PtySession.DUMB, stop())) {
            assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();
            assertThat(terminal.screen()).matches("pid \\d+\r\nended 0\r\n");
        }
    }
}
