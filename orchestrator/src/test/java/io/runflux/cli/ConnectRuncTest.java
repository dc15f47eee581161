// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.fake.FakeRuntime;
import io.runflux.server.RunfluxServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for what the host runtime cannot do, about the containers of a runc in memory. */
class ConnectRuncTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ContainerId ID = ContainerId.of("c1");

    @TempDir
    private Path directory;

    private final FakeRuntime fake = FakeRuntime.create();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private EmbeddedOrchestrator engine;
    private RunfluxServer server;

    @BeforeEach
    void serve() {
        engine = Orchestrator.builder()
                .launcher(fake.launcher())
                .runtime(launcher -> fake.runtime())
                .bundleDirectory(directory)
                .build();
        server = RunfluxServer.builder(engine)
                .unixSocket(directory.resolve("served").resolve("s"))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @AfterEach
    void end() {
        server.disposeLater().then(engine.disposeLater()).block(LIMIT);
        fake.close();
    }

    private int execute(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add(1, "--connect");
        arguments.add(2, server.address());
        out.getBuffer().setLength(0);
        String[] line = arguments.toArray(String[]::new);
        return Runflux.commandLine(line)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line);
    }

    private void launch() {
        engine.launch(LaunchRequest.rootfs(ID, directory, List.of("sleep", "60")))
                .block(LIMIT);
    }

    @Test
    void top_columns_areThoseOfThatTable() {
        launch();

        assertThat(execute("top", ID.value(), "pid,comm")).isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll("^\\d+ +", "")))
                .containsExactly("PID      COMMAND", "sleep");
        assertThat(execute("top", ID.value())).isZero();
        assertThat(out.toString()).startsWith("UID");
    }

    @Test
    void checkpoint_thenRestore_goesOnToItsEnd() throws Exception {
        launch();
        Path image = directory.resolve("image");

        assertThat(execute("checkpoint", ID.value(), "--image", image.toString(), "--leave-running"))
                .isZero();
        assertThat(execute("restore", "c2", "--image", image.toString(), "--bundle", bundle()))
                .as(err.toString())
                .isEqualTo(4);

        assertThat(topicsOf(ContainerId.of("c2"))).containsExactly(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE);
        assertThat(engine.list().count().block(LIMIT)).isEqualTo(1);
    }

    private String bundle() throws Exception {
        Path bundle = Files.createDirectory(directory.resolve("bundle"));
        Spec spec = SpecDefaults.defaults().generate(directory, List.of("sh", "-c", "exit 4"));
        OciJson.write(bundle.resolve(Spec.FILE_NAME), spec);
        return bundle.toString();
    }

    private List<Topic> topicsOf(ContainerId id) {
        return engine.events(SubscribeOptions.defaults().from(1))
                .take(engine.eventStream().lastSequence())
                .filter(event -> id.equals(event.event().containerId()))
                .map(EventEnvelope::topic)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @Test
    void restore_noImage_saysSo() throws Exception {
        assertThat(execute("restore", "c2", "--image", "/no/such", "--bundle", bundle()))
                .isEqualTo(ExitCodes.RUN_FAILED);
        assertThat(err.toString()).contains("/no/such");
    }
}
