// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.server.RunfluxServer;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import io.runflux.wire.ExecOutput;
import io.runflux.wire.WireJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A runc beneath the server, and above it the JDK's client, which knows nothing of ours. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("busybox")
class ServedRuncTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ContainerId ID =
            ContainerId.of("rf-served-" + ProcessHandle.current().pid());

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @TempDir
    private Path directory;

    private Path rootfs;
    private EmbeddedOrchestrator orchestrator;
    private RunfluxServer server;

    @BeforeEach
    void serve() throws IOException {
        rootfs = RuncRunTest.busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        RuntimeConfig config = RuntimeConfig.builder(RuncRunTest.runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .build();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runc(shared, config))
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .build();
        server = RunfluxServer.builder(orchestrator)
                .tcp("127.0.0.1", 0)
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @AfterEach
    void disposeOfAll() {
        server.disposeLater()
                .then(orchestrator.disposeLater())
                .then(launcher.disposeLater(Duration.ZERO))
                .block(LIMIT);
        Stream<String> files =
                Stream.of("bundles", "state", "calls").map(directory::resolve).flatMap(Remains::files);
        assertThat(Stream.of(files, Remains.mounts(directory), Remains.cgroups(ID.value()))
                        .flatMap(found -> found))
                .isEmpty();
    }

    private HttpURLConnection connect(String method, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(server.address() + "/v1/containers" + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Connection", "close");
        connection.setReadTimeout((int) LIMIT.toMillis());
        return connection;
    }

    /** Asks, and returns the answer, which must have that code. */
    private String ask(int status, String method, String path, String body) throws IOException {
        HttpURLConnection connection = connect(method, path);
        if (method.equals("POST")) {
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        int code = connection.getResponseCode();
        try (InputStream in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(code).as(answer).isEqualTo(status);
            return answer;
        }
    }

    private ContainerStatus status() throws IOException {
        return WireJson.read(ask(200, "GET", "/" + ID, ""), ContainerDetails.class)
                .info()
                .status();
    }

    private void create(String script) throws IOException {
        LaunchRequest request = LaunchRequest.rootfs(ID, rootfs, List.of("/bin/sh", "-c", script));
        ask(201, "POST", "", new String(WireJson.write(request), StandardCharsets.UTF_8));
        assertThat(status()).isEqualTo(ContainerStatus.CREATED);
    }

    private String exec(String script) throws IOException {
        String process = "{\"cwd\":\"/\",\"args\":[\"/bin/sh\",\"-c\",\"" + script + "\"]}";
        String answer = ask(200, "POST", "/" + ID + "/exec", "{\"process\":" + process + "}");
        ExecOutput output = WireJson.read(answer, ExecOutput.class);
        assertThat(output.exitStatus()).isEqualTo(ExitStatus.exited(3));
        return new String(Base64.getDecoder().decode(output.stdout()), StandardCharsets.UTF_8);
    }

    private BigInteger pidsLimit(ContainerStats stats) {
        return Objects.requireNonNull(stats.pids(), "pids").limit();
    }

    @Test
    void life_fromCreationToRemoval_isThatOfRunc() throws IOException {
        create("trap 'exit 9' TERM; while :; do sleep 0.1; done");

        ask(200, "POST", "/" + ID + "/start", "");
        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(exec("echo inside; exit 3")).isEqualTo("inside\n");

        ask(204, "POST", "/" + ID + "/update", "{\"pids\":{\"limit\":77}}");
        ContainerStats stats = WireJson.read(ask(200, "GET", "/" + ID + "/stats", ""), ContainerStats.class);
        assertThat(pidsLimit(stats)).isEqualTo(77);
        assertThat(stats.memory()).isNotNull();

        ask(204, "POST", "/" + ID + "/pause", "");
        assertThat(status()).isEqualTo(ContainerStatus.PAUSED);
        assertThat(ask(409, "POST", "/" + ID + "/exec", "{\"process\":{\"cwd\":\"/\",\"args\":[\"/bin/true\"]}}"))
                .contains("in state paused");
        ask(204, "POST", "/" + ID + "/resume", "");
        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);

        assertThat(ask(200, "POST", "/" + ID + "/stop", "{}")).contains("\"code\":9");
        ask(204, "DELETE", "/" + ID, "");
        ask(404, "GET", "/" + ID, "");
    }

    @Test
    void stats_againAndAgain_areLines() throws IOException {
        create("exec sleep 60");
        ask(200, "POST", "/" + ID + "/start", "");
        InputStream stats = connect("GET", "/" + ID + "/stats?interval=100ms").getInputStream();

        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stats, StandardCharsets.UTF_8))) {
            assertThat(lines.lines().limit(3).map(line -> WireJson.read(line, ContainerStats.class)))
                    .hasSize(3)
                    .allMatch(sample -> sample.memory() != null);
        }

        ask(204, "DELETE", "/" + ID + "?force=true", "");
    }
}
