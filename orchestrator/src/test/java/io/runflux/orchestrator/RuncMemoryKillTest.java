// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.LinuxConfig;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The kernel kills for want of memory, and the counter has it before the exit is seen. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("busybox")
class RuncMemoryKillTest {
    private static final ContainerId ID = ContainerId.of("runflux-oom");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MEMORY = 16 << 20;
    private static final String GREED = "a=x; while :; do a=$a$a; done";

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    private OciRuntime runtime;

    @BeforeEach
    void makeRuntime() {
        Path runc = Arrays.stream(RuntimeConfig.TRUSTED_PATH.split(":", -1))
                .map(part -> Path.of(part, "runc"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
        runtime = OciRuntimes.runc(
                launcher,
                RuntimeConfig.builder(runc)
                        .root(directory.resolve("state"))
                        .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                        .build());
    }

    @AfterEach
    void disposeOfAll() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
    }

    private Path bundle(String script) throws IOException {
        Path rootfs = Remains.newDirectory(directory, "rootfs");
        Path bin = Remains.newDirectory(rootfs, "bin");
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        Files.createSymbolicLink(bin.resolve("sh"), Path.of("busybox"));
        Files.createSymbolicLink(bin.resolve("sleep"), Path.of("busybox"));
        Spec spec = SpecDefaults.defaults().generate(rootfs, List.of("/bin/sh", "-c", script));
        LinuxConfig linux = Objects.requireNonNull(spec.linux())
                .withResources(Map.of("memory", Map.of("limit", MEMORY, "swap", MEMORY)));
        Path bundle = Remains.newDirectory(directory, "bundle");
        OciJson.write(bundle.resolve(Spec.FILE_NAME), spec.withLinux(linux));
        return bundle;
    }

    private ExitStatus run(String script) throws IOException {
        Mono<ExitStatus> life = Mono.usingWhen(
                runtime.create(ID, bundle(script), CreateOptions.defaults()), this::watch, process -> runtime.delete(
                                ID, DeleteOptions.defaults().withForce(true))
                        .then(process.release()));
        return Objects.requireNonNull(life.block(LIMIT));
    }

    private Mono<ExitStatus> watch(ContainerProcess process) {
        return MemoryKillWatch.open(CgroupMemory.of(process.pid()))
                .switchIfEmpty(Mono.error(() -> new AssertionError("kills cannot be counted")))
                .delayUntil(watch -> runtime.start(ID))
                .flatMap(watch -> watch.before(process.exit(), Mono.fromRunnable(() -> log.add("oom"))))
                .doOnNext(status -> log.add("exit"));
    }

    @Test
    void before_initIsKilled_tellsItBeforeTheExit() throws IOException {
        assertThat(run("exec sh -c '" + GREED + "'")).isEqualTo(ExitStatus.signaled(Signal.KILL));

        assertThat(log).containsExactly("oom", "exit");
    }

    @Test
    void before_childIsKilled_tellsItWhileTheContainerRuns() throws IOException {
        assertThat(run("sh -c '" + GREED + "'; sleep 2; exit 7")).isEqualTo(ExitStatus.exited(7));

        assertThat(log).containsExactly("oom", "exit");
    }

    @Test
    void before_childIsKilledByHand_tellsNothing() throws IOException {
        assertThat(run("sh -c 'kill -KILL $$'; exit 3")).isEqualTo(ExitStatus.exited(3));

        assertThat(log).containsExactly("exit");
    }
}
