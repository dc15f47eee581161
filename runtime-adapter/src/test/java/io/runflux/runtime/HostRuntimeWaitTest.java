// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.bundle;
import static io.runflux.runtime.Fixtures.complete;
import static io.runflux.runtime.Fixtures.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.WatchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Waiting for the ends of processes, of containers that are ours and that are not. */
class HostRuntimeWaitTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final CreateOptions PIPED = CreateOptions.defaults().withStdio(ContainerStdio.outputPipes());
    private static final DeleteOptions FORCE = DeleteOptions.defaults().withForce(true);
    private static final ExitStatus KILLED = ExitStatus.signaled(Signal.KILL);
    private static final String SLEEP = "exec sleep 600";

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private Path directory;
    private HostRuntimeConfig config;
    private OciRuntime runtime;
    private OciRuntime other;

    @BeforeEach
    void makeRuntimes(@TempDir Path temporary) {
        directory = temporary;
        config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        runtime = OciRuntimes.host(launcher, config);
        other = OciRuntimes.host(launcher, config);
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }

    @Test
    void waitFor_own_anyNumberGetTheStatus() {
        ContainerProcess init = created(SLEEP);
        Mono<ExitStatus> waiting = runtime.waitFor(ID);

        StepVerifier.create(Flux.merge(waiting, waiting))
                .then(() -> complete(runtime.start(ID)))
                .then(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.init())))
                .expectNext(KILLED, KILLED)
                .expectComplete()
                .verify(Fixtures.TIMEOUT);

        complete(init.release());
        assertThat(await(waiting)).isEqualTo(KILLED);
        complete(runtime.delete(ID, DeleteOptions.defaults()));
        assertThatThrownBy(() -> await(waiting)).isInstanceOf(NoSuchContainerException.class);
    }

    @Test
    void waitFor_attachedAndGone_isStillKnown() {
        ContainerProcess process = await(runtime.run(ID, bundle(directory, shell("exit 42")), PIPED));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(42));

        assertThat(await(runtime.exists(ID))).isFalse();
        assertThat(await(runtime.waitFor(ID))).isEqualTo(ExitStatus.exited(42));
        complete(process.release());
        assertThatThrownBy(() -> await(runtime.waitFor(ID))).isInstanceOf(NoSuchContainerException.class);
    }

    @Test
    void waitFor_containerOfAnother_watchesIt() {
        ContainerProcess init = created(SLEEP);
        assertThatThrownBy(() -> await(other.waitFor(ID)))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("cannot wait for container c1: only the process that created it sees it start");
        complete(runtime.start(ID));
        OciRuntime watching = OciRuntimes.host(new KillingOnceAwaited(launcher), config);

        assertThat(await(watching.waitFor(ID))).isEqualTo(KILLED);

        assertThat(await(other.waitFor(ID))).isEqualTo(ExitStatus.unknown());
        complete(runtime.delete(ID, DeleteOptions.defaults()));
        complete(init.release());
    }

    @Test
    void waitForProcess_onRecord_getsTheStatus() {
        ContainerProcess init = created(SLEEP);
        complete(runtime.start(ID));
        ContainerProcess exec = exec(ExecOptions.defaults());

        StepVerifier.create(Flux.merge(runtime.waitFor(ID, exec.pid()), runtime.waitFor(ID, exec.pid())))
                .then(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.process(exec.pid()))))
                .expectNext(KILLED, KILLED)
                .expectComplete()
                .verify(Fixtures.TIMEOUT);

        assertThat(await(runtime.waitFor(ID, exec.pid()))).isEqualTo(KILLED);
        complete(exec.release());
        assertThatThrownBy(() -> await(runtime.waitFor(ID, exec.pid()))).isInstanceOf(NoSuchProcessException.class);
        complete(runtime.delete(ID, FORCE));
        complete(init.release());
    }

    @Test
    void waitForProcess_notOnRecord_watchesIt() {
        OciRuntime watching = OciRuntimes.host(new KillingOnceAwaited(launcher), config);
        ContainerProcess init = await(watching.create(ID, bundle(directory, shell(SLEEP)), PIPED));
        complete(watching.start(ID));
        ContainerProcess exec = await(watching.exec(
                ID, Fixtures.process(SLEEP), ExecOptions.defaults().withDetached(true)));
        complete(exec.release());
        complete(init.release());

        assertThat(await(watching.waitFor(ID, exec.pid()))).isEqualTo(KILLED);
        assertThat(await(watching.waitFor(ID, init.pid()))).isEqualTo(KILLED);

        complete(watching.delete(ID, DeleteOptions.defaults()));
    }

    @Test
    void waitForProcess_foreign_isRefused() {
        ContainerProcess init = created("exit 0");
        int own = (int) ProcessHandle.current().pid();
        assertThatThrownBy(() -> await(runtime.waitFor(ID, own))).isInstanceOf(NoSuchProcessException.class);
        complete(runtime.start(ID));
        await(init.exit());

        assertThatThrownBy(() -> await(runtime.waitFor(ID, own))).isInstanceOf(NoSuchProcessException.class);

        complete(runtime.delete(ID, DeleteOptions.defaults()));
        assertThatThrownBy(() -> await(runtime.waitFor(ID, own))).isInstanceOf(NoSuchContainerException.class);
    }

    private ContainerProcess created(String script) {
        return await(runtime.create(ID, bundle(directory, shell(script)), PIPED));
    }

    private ContainerProcess exec(ExecOptions options) {
        return await(runtime.exec(ID, Fixtures.process(SLEEP), options));
    }

    /** Kills what is watched as soon as somebody waits for it. */
    private record KillingOnceAwaited(ProcessLauncher launcher) implements ProcessLauncher {
        @Override
        public Mono<RunningProcess> launch(ProcessSpec spec) {
            return launcher.launch(spec);
        }

        @Override
        public Mono<WatchedProcess> watch(int pid) {
            return launcher.watch(pid).map(Victim::new);
        }

        @Override
        public boolean isNative() {
            return launcher.isNative();
        }

        @Override
        public Mono<Void> disposeLater(Duration grace) {
            return launcher.disposeLater(grace);
        }
    }

    private record Victim(WatchedProcess process) implements WatchedProcess {
        @Override
        public int pid() {
            return process.pid();
        }

        @Override
        public Mono<ExitStatus> exit() {
            return process.signal(Signal.KILL).then(process.exit());
        }

        @Override
        public Mono<Void> signal(Signal signal) {
            return process.signal(signal);
        }

        @Override
        public Mono<Void> signalGroup(Signal signal) {
            return process.signalGroup(signal);
        }

        @Override
        public Mono<Void> release() {
            return process.release();
        }
    }
}
