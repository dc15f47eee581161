// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessLauncher;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many containers at a time, of which nothing is left; processes and descriptors are counted by the leak guard. */
@Tag("once")
@RequiresRoot
@RequiresRuntime({"runc", "crun"})
@Timeout(120)
class ContainerScaleTest {
    /** Two of these tests may run on one machine. */
    private static final String PREFIX = "scale-" + ProcessHandle.current().pid() + "-";

    private static final int CONTAINERS = 200;
    private static final int AT_A_TIME = 32;

    @ParameterizedTest
    @EnumSource(names = {"RUNC", "CRUN"})
    void containers_manyAtATime_leaveNothing(RealRuntimes real, @TempDir Path directory) throws Exception {
        Path state = directory.resolve("state");
        Path calls = Files.createDirectory(directory.resolve("calls"));
        Path bundle = Fixtures.bundle(
                directory,
                Fixtures.shell("exec sleep 600"),
                spec -> spec.withLinux(Objects.requireNonNull(spec.linux()).withCgroupsPath(null)));
        ProcessLauncher launcher = ProcessLauncher.builder().subreaper(true).build();
        OciRuntime runtime = real.open(launcher, state, calls);

        List<ExitStatus> statuses = Flux.range(0, CONTAINERS)
                .flatMap(number -> wholeLife(runtime, bundle, ContainerId.of(PREFIX + number)), AT_A_TIME)
                .collectList()
                .block();

        assertThat(statuses).hasSize(CONTAINERS).containsOnly(ExitStatus.signaled(Signal.KILL));
        assertThat(runtime.list().collectList().block()).isEmpty();
        launcher.disposeLater(Duration.ZERO).block();
        assertThat(Fixtures.entries(state)).isEmpty();
        assertThat(Fixtures.entries(calls)).isEmpty();
        assertThat(controlGroups()).isEmpty();
    }

    private static Mono<ExitStatus> wholeLife(OciRuntime runtime, Path bundle, ContainerId id) {
        CreateOptions options = CreateOptions.defaults().withStdio(ContainerStdio.pipes());
        return Mono.usingWhen(
                runtime.create(id, bundle, options),
                init -> runtime.start(id)
                        .then(executed(runtime, id))
                        .then(runtime.kill(id, Signal.KILL, KillOptions.init()))
                        .then(init.exit())
                        .delayUntil(status ->
                                runtime.delete(id, DeleteOptions.defaults().withForce(true))),
                ContainerProcess::release);
    }

    private static Mono<Void> executed(OciRuntime runtime, ContainerId id) {
        return Mono.usingWhen(
                runtime.exec(id, Fixtures.process("exit 7"), ExecOptions.defaults()),
                process -> process.exit()
                        .doOnNext(status -> assertThat(status).isEqualTo(ExitStatus.exited(7)))
                        .then(),
                ContainerProcess::release);
    }

    /** Those of others come and go meanwhile, so what cannot be listed is passed over. */
    private static List<Path> controlGroups() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(Path.of("/sys/fs/cgroup"), Set.of(), 4, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes attributes) {
                if (String.valueOf(group.getFileName()).startsWith(PREFIX)) {
                    found.add(group);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path group, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path group, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
