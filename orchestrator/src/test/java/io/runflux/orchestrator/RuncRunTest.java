// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("busybox")
class RuncRunTest implements RunContract {
    private static final String APPLETS = "sh sleep cat echo true stty";

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @TempDir
    private Path directory;

    private Path rootfs;
    private EmbeddedOrchestrator orchestrator;

    @BeforeEach
    void makeOrchestrator() throws IOException {
        rootfs = busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        RuntimeConfig config = RuntimeConfig.builder(runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .build();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runc(shared, config))
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .build();
    }

    @AfterEach
    void disposeOfAll() {
        orchestrator.disposeLater().then(launcher.disposeLater(Duration.ZERO)).block(LIMIT);
    }

    static Path runc() {
        return Arrays.stream(RuntimeConfig.TRUSTED_PATH.split(":", -1))
                .map(part -> Path.of(part, "runc"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    static Path busyboxRoot(Path root) throws IOException {
        Path bin = Remains.newDirectory(root, "bin");
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String applet : APPLETS.split(" ", -1)) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        return root;
    }

    private static List<String> shell(String script) {
        return List.of("/bin/sh", "-c", script);
    }

    @Override
    public EmbeddedOrchestrator orchestrator() {
        return orchestrator;
    }

    @Override
    public RunRequest request(ContainerId id, String script) {
        return RunRequest.rootfs(id, rootfs, shell(script));
    }

    @Override
    public List<String> left() {
        Stream<String> files =
                Stream.of("bundles", "state", "calls").map(directory::resolve).flatMap(Remains::files);
        return Stream.of(files, Remains.mounts(directory), Remains.cgroups(ID.value()))
                .flatMap(found -> found)
                .toList();
    }

    @Override
    public int manyRuns() {
        return 30;
    }

    @Override
    public int inFlight() {
        return 8;
    }

    /** Where the host's root cannot be a layer, it is read-only. */
    @Test
    void run_hostFiles_areReadableAndNothingIsWrittenToThem() {
        Path file = Path.of("/runflux-test-" + UUID.randomUUID());
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        String script = "[ -e /etc/passwd ] && echo host; (echo written > " + file + ") 2>/dev/null && cat " + file
                + " || echo read-only";

        RunReport report = await(RunRequest.rootfs(ID, Path.of("/"), shell(script))
                .withStreams(ContainerStreams.copyTo(output, output)));

        assertThat(output.toString(StandardCharsets.UTF_8)).isIn("host\nwritten\n", "host\nread-only\n");
        assertThat(report.status()).isEqualTo(ExitStatus.exited(0));
        assertThat(file).doesNotExist();
        assertThat(left()).isEmpty();
    }

    @Test
    void run_hostFilesCancelled_leavesNothing() {
        orchestrator
                .run(RunRequest.rootfs(ID, Path.of("/"), shell("sleep 60"))
                        .withGracePeriod(Duration.ZERO)
                        .withTimeout(Duration.ofSeconds(2)))
                .onErrorComplete(RunTimeoutException.class)
                .block(LIMIT);

        assertThat(left()).isEmpty();
    }

    @Test
    void run_bundle_isRunAndKept() {
        Path bundle = Remains.newDirectory(directory, "bundle");
        OciJson.write(bundle.resolve(Spec.FILE_NAME), SpecDefaults.defaults().generate(rootfs, shell("exit 42")));

        RunReport report = await(RunRequest.bundle(ID, bundle));

        assertThat(report.status()).isEqualTo(ExitStatus.exited(42));
        assertThat(bundle.resolve(Spec.FILE_NAME)).exists();
        assertThat(left()).isEmpty();
    }

    /** The end of a pid namespace's init ends all that is in it. */
    @Test
    void run_grandchildHoldsTheOutput_endsWithTheContainer() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();

        RunReport report = await(
                request(ID, "sleep 60 & echo before; exit 3").withStreams(ContainerStreams.copyTo(output, output)));

        assertThat(report.status()).isEqualTo(ExitStatus.exited(3));
        assertThat(report.isDrained()).isTrue();
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("before\n");
    }
}
