// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.ProcessMonitor;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * That executions wait for the runtime alone, and not for one another: they are compared with the same commands of runc
 * without any of ours around them, as many at a time as there are places.
 */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("busybox")
class RuncExecWidthTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PREFIX = "rf-width-" + ProcessHandle.current().pid() + "-";
    private static final int MANY = 30;
    private static final int WIDTH = GuardOptions.Bulkhead.defaults().maxCalls();
    private static final int ROUNDS = 3;
    private static final int GENEROUS = 8;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final Counting monitor = new Counting(launcher);

    @TempDir
    private Path directory;

    private Path rootfs;
    private EmbeddedOrchestrator orchestrator;

    @BeforeEach
    void createOrchestrator() throws IOException {
        rootfs = RuncRunTest.busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        RuntimeConfig config = RuntimeConfig.builder(RuncRunTest.runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .build();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runc(shared, monitor, config))
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .build();
    }

    @AfterEach
    void disposeOfAll() {
        orchestrator.disposeLater().then(launcher.disposeLater(Duration.ZERO)).block(LIMIT);
        Stream<String> files =
                Stream.of("bundles", "state", "calls").map(directory::resolve).flatMap(Remains::files);
        assertThat(Stream.of(files, Remains.mounts(directory), Remains.cgroups(PREFIX))
                        .flatMap(found -> found))
                .isEmpty();
    }

    @Test
    void exec_manyIntoOneContainer_takesAboutAsLongAsTheRuntime() {
        expectAboutAsLongAsTheRuntime(Collections.nCopies(MANY, launch(0)));
    }

    @Test
    void exec_manyIntoAsManyContainers_takesAboutAsLongAsTheRuntime() {
        expectAboutAsLongAsTheRuntime(
                IntStream.range(0, MANY).mapToObj(this::launch).toList());
    }

    private ContainerId launch(int number) {
        ContainerId id = ContainerId.of(PREFIX + number);
        orchestrator
                .launch(LaunchRequest.rootfs(id, rootfs, List.of("/bin/sleep", "600"))
                        .withGracePeriod(Duration.ZERO))
                .block(LIMIT);
        return id;
    }

    /** The best of a few rounds each, in turns, since others use this machine as well. */
    private void expectAboutAsLongAsTheRuntime(List<ContainerId> targets) {
        long bare = Long.MAX_VALUE;
        long ours = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            bare = Math.min(bare, millis(Flux.fromIterable(targets).flatMap(this::execBare, WIDTH)));
            ours = Math.min(ours, millis(Flux.fromIterable(targets).flatMap(this::exec, MANY)));
        }

        assertThat(monitor.mostAtOnce()).isBetween(Math.min(WIDTH, MANY) / 2, WIDTH);
        assertThat(ours).as("%d executions, bare: %d ms", MANY, bare).isLessThan(GENEROUS * bare);
    }

    private static long millis(Flux<ExitStatus> executions) {
        long start = System.nanoTime();
        List<ExitStatus> ends = executions.collectList().blockOptional(LIMIT).orElseThrow();
        assertThat(ends).hasSize(MANY).allMatch(ExitStatus::isSuccess);
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private Mono<ExitStatus> execBare(ContainerId id) {
        String root = directory.resolve("state").toString();
        ProcessSpec spec = ProcessSpec.program(RuncRunTest.runc())
                .arguments("--root", root, "exec", id.value(), "/bin/true")
                .environment("PATH", RuntimeConfig.TRUSTED_PATH)
                .build();
        return launcher.using(spec, RunningProcess::exit).single();
    }

    private Mono<ExitStatus> exec(ContainerId id) {
        return orchestrator.exec(ExecRequest.of(id, List.of("/bin/true"))).map(ExecReport::status);
    }

    /** Counts the executions that are under way. */
    private static final class Counting implements ProcessMonitor {
        private final ProcessMonitor actual;
        private final AtomicInteger current = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        Counting(ProcessLauncher launcher) {
            actual = ProcessMonitor.logging(launcher);
        }

        int mostAtOnce() {
            return most.get();
        }

        @Override
        public Mono<RunningProcess> start(ProcessSpec command) {
            return actual.start(command);
        }

        @Override
        public Mono<ExitStatus> await(RunningProcess command) {
            return actual.await(command)
                    .doOnSubscribe(subscription -> most.accumulateAndGet(current.incrementAndGet(), Math::max))
                    .doFinally(signal -> current.decrementAndGet());
        }
    }
}
