// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

@RequiresRoot
@RequiresRuntime("runc")
class RuncContractTest implements OciRuntimeContract {
    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    private Path directory;

    private Path calls;
    private OciRuntime runtime;

    @BeforeEach
    void makeRuntime(@TempDir Path temporary) throws Exception {
        directory = temporary;
        calls = Files.createDirectory(directory.resolve("calls"));
        Path binary = TrustedBinary.find("runc", RuntimeConfig.TRUSTED_PATH).orElseThrow();
        runtime = OciRuntimes.runc(
                launcher,
                RuntimeConfig.builder(binary)
                        .root(directory.resolve("state"))
                        .temporaryDirectory(calls)
                        .build());
    }

    @AfterEach
    void disposeOfLauncherAndFindNothingLeft() throws Exception {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
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

        assertThat(info.name()).isEqualTo("runc");
        assertThat(info.version()).matches("\\d+\\.\\d+\\..+");
        assertThat(info.isolates()).isTrue();
    }

    @Test
    void create_commandPrefix_runsTheRuntimeThroughIt() {
        CreateOptions options = QUIET.withCommandPrefix(
                java.util.List.of("/usr/bin/unshare", "-m", "/bin/sh", "-c", "exec \"$@\"", "sh"));
        ContainerProcess process =
                Fixtures.await(runtime.create(ID, Fixtures.bundle(directory, Fixtures.shell("exit 5")), options));

        Fixtures.complete(runtime.start(ID));

        assertThat(Fixtures.await(process.exit())).isEqualTo(io.runflux.events.ExitStatus.exited(5));
        Fixtures.complete(runtime.delete(ID, FORCE));
        Fixtures.complete(process.release());
    }
}
