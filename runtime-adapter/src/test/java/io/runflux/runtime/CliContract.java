// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerState;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The contract against a real command line, which must leave no file of its calls behind. */
abstract class CliContract implements OperationsContract {
    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(!Boolean.getBoolean("nosub")).build();

    private Path directory;
    private Path calls;
    private OciRuntime runtime;

    abstract RealRuntimes real();

    @BeforeEach
    void makeRuntime(@TempDir Path temporary) throws Exception {
        directory = temporary;
        calls = Files.createDirectory(directory.resolve("calls"));
        runtime = real().open(launcher, directory.resolve("state"), calls);
    }

    /** A container that a failed test leaves would fail the next, too. */
    @AfterEach
    void disposeOfLauncherAndFindNothingLeft() throws Exception {
        List<ContainerState> left = Fixtures.await(runtime.list().collectList());
        left.forEach(state -> Fixtures.complete(runtime.delete(ContainerId.of(state.id()), FORCE)));
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
        assertThat(left).isEmpty();
        assertThat(Fixtures.entries(calls)).isEmpty();
    }

    @Override
    public OciRuntime runtime() {
        return runtime;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Mono<Void> endOf(int pid) {
        return Mono.usingWhen(launcher.watch(pid), init -> init.exit().then(), WatchedProcess::release)
                .onErrorComplete(ProcessAlreadyExitedException.class);
    }

    @Test
    void info_real_hasVersionAndBinary() {
        RuntimeInfo info = Fixtures.await(runtime.info());

        assertThat(info.name()).isEqualTo(runtime.name());
        assertThat(info.version()).matches("\\d+\\.\\d+.+");
        assertThat(info.isolates()).isTrue();
    }
}
