// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.awaitThat;
import static io.runflux.runtime.Fixtures.bundle;
import static io.runflux.runtime.Fixtures.complete;
import static io.runflux.runtime.Fixtures.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Which processes a container has, and what is asked of single ones. */
class HostRuntimeProcessesTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final CreateOptions QUIET = CreateOptions.defaults();
    private static final CreateOptions PIPED = QUIET.withStdio(ContainerStdio.outputPipes());
    private static final ExecOptions EXEC_PIPED = ExecOptions.defaults().withStdio(ContainerStdio.outputPipes());
    private static final DeleteOptions FORCE = DeleteOptions.defaults().withForce(true);
    private static final String SLEEP = "exec sleep 600";

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private Path directory;
    private OciRuntime runtime;
    private OciRuntime other;

    @BeforeEach
    void makeRuntimes(@TempDir Path temporary) {
        directory = temporary;
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        runtime = OciRuntimes.host(launcher, config);
        other = OciRuntimes.host(launcher, config);
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }

    @Test
    void psAndInitPid_running_knowChildrenAndExecutions() {
        ContainerProcess init = started("sleep 600 & echo $!; wait");
        int child = firstNumber(init);
        ContainerProcess exec = exec(SLEEP, ExecOptions.defaults());

        assertThat(await(runtime.initPid(ID))).isEqualTo(init.pid());
        assertThat(all(runtime.ps(ID))).containsExactlyInAnyOrder(init.pid(), child, exec.pid());
        assertThat(all(other.ps(ID))).containsExactlyInAnyOrder(init.pid(), child);
        complete(exec.release());
        assertThat(all(runtime.ps(ID))).containsExactlyInAnyOrder(init.pid(), child);
        complete(runtime.delete(ID, FORCE));
        complete(init.release());
        reap(child);
    }

    @Test
    void psAndInitPid_notRunning_sayWhy() {
        assertThatThrownBy(() -> all(runtime.ps(ID))).isInstanceOf(NoSuchContainerException.class);
        ContainerProcess process = created("exit 0");
        assertThat(all(runtime.ps(ID))).isEmpty();
        assertThatThrownBy(() -> await(runtime.initPid(ID)))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("container c1 has no process before it is started");

        complete(runtime.start(ID));
        await(process.exit());

        assertThatThrownBy(() -> all(runtime.ps(ID))).isInstanceOf(ContainerNotRunningException.class);
        assertThatThrownBy(() -> await(runtime.initPid(ID))).isInstanceOf(ContainerNotRunningException.class);
        complete(runtime.delete(ID, DeleteOptions.defaults()));
    }

    @Test
    void processes_views_tellOursFromOthersAndTheEnded() {
        ContainerProcess init = started("sleep 600 & echo $!; wait");
        int child = firstNumber(init);
        ContainerProcess ended = exec("exit 3", ExecOptions.defaults());
        await(ended.exit());

        ProcessState sleeping = new ProcessState(child, List.of("sleep", "600"), false, false);
        Mono<List<ProcessState>> running =
                runtime.processes(ID, ProcessView.RUNNING).collectList();
        assertThat(awaitThat(running, states -> states.contains(sleeping)))
                .containsExactlyInAnyOrder(
                        new ProcessState(init.pid(), shell("sleep 600 & echo $!; wait"), true, false), sleeping);
        assertThat(all(runtime.processes(ID, ProcessView.ALL)))
                .hasSize(3)
                .contains(new ProcessState(ended.pid(), List.of(), true, true));

        complete(runtime.kill(ID, Signal.KILL, KillOptions.all()));
        await(init.exit());
        assertThatThrownBy(() -> all(runtime.processes(ID, ProcessView.RUNNING)))
                .isInstanceOf(ContainerNotRunningException.class);
        assertThat(all(runtime.processes(ID, ProcessView.ALL)))
                .extracting(ProcessState::pid)
                .containsExactly(init.pid(), ended.pid());
        complete(Mono.when(runtime.delete(ID, FORCE), ended.release()));
        complete(init.release());
        reap(child);
    }

    @Test
    void process_onRecord_isTheVeryOneUntilItIsReleased() {
        ContainerProcess init = created(SLEEP);
        assertThatThrownBy(() -> await(runtime.process(ID, 1))).isInstanceOf(NoSuchProcessException.class);
        complete(runtime.start(ID));
        ContainerProcess exec = exec(SLEEP, ExecOptions.defaults());

        assertThat(await(runtime.process(ID, init.pid()))).isSameAs(init);
        assertThat(await(runtime.process(ID, exec.pid()))).isSameAs(exec);
        complete(exec.release());
        assertThatThrownBy(() -> await(runtime.process(ID, exec.pid()))).isInstanceOf(NoSuchProcessException.class);
        complete(runtime.delete(ID, FORCE));
        assertThatThrownBy(() -> await(runtime.process(ID, init.pid()))).isInstanceOf(NoSuchProcessException.class);
        complete(init.release());
    }

    /** As of any pipe that its reader has closed. */
    @Test
    void exec_outputCancelledAtOnce_endsTheWriter() {
        ContainerProcess init = started(SLEEP);
        ContainerProcess exec = exec("while echo more; do :; done", EXEC_PIPED);

        complete(exec.stdout().takeUntilOther(Mono.empty()).then());

        assertThat(await(exec.exit())).isEqualTo(ExitStatus.signaled(Signal.parse("PIPE")));
        complete(exec.release());
        complete(runtime.delete(ID, FORCE));
        complete(init.release());
    }

    @Test
    void deleteProcess_ended_closesItsStreamsAndSignalsNothing() {
        ContainerProcess init = started(SLEEP);
        ContainerProcess exec = exec("sleep 600 & echo $!", EXEC_PIPED);
        int straggler = firstNumber(exec);
        assertThat(await(exec.exit())).isEqualTo(ExitStatus.exited(0));

        complete(runtime.deleteProcess(ID, exec.pid()));

        complete(exec.drained());
        assertThatThrownBy(() -> await(runtime.process(ID, exec.pid()))).isInstanceOf(NoSuchProcessException.class);
        assertThat(ProcFiles.startTime(straggler)).isPresent();
        complete(runtime.deleteProcess(ID, exec.pid()));
        assertThatThrownBy(() -> complete(runtime.deleteProcess(ID, init.pid())))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("cannot delete the record of process " + init.pid() + " in c1: it still runs");
        complete(runtime.delete(ID, FORCE));
        complete(Mono.when(init.release(), exec.release()));
        kill(straggler);
    }

    @Test
    void kill_oneProcess_isThatAlone() {
        ContainerProcess init = started(SLEEP);
        ContainerProcess first = exec(SLEEP, ExecOptions.defaults());
        ContainerProcess second = exec(SLEEP, ExecOptions.defaults());

        complete(runtime.kill(ID, Signal.TERM, KillOptions.process(first.pid())));

        assertThat(await(first.exit())).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(all(runtime.ps(ID))).containsExactlyInAnyOrder(init.pid(), second.pid());
        complete(Mono.when(runtime.delete(ID, FORCE), first.release(), second.release()));
        complete(init.release());
    }

    @Test
    void kill_foreignProcess_isRefused() {
        ContainerProcess init = started(SLEEP);
        int own = (int) ProcessHandle.current().pid();

        assertThatThrownBy(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.process(own))))
                .isInstanceOf(NoSuchProcessException.class)
                .hasMessage("container c1 has no process " + own);
        assertThatThrownBy(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.processGroup(1))))
                .isInstanceOf(NoSuchProcessException.class);
        complete(runtime.delete(ID, FORCE));
        complete(init.release());
    }

    @Test
    void kill_processGroup_leavesTheOthers() {
        ContainerProcess init = started(SLEEP);
        ContainerProcess exec = exec("sleep 600 & echo $!; wait", EXEC_PIPED);
        int follower = firstNumber(exec);

        complete(runtime.kill(ID, Signal.KILL, KillOptions.processGroup(exec.pid())));

        assertThat(await(exec.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        awaitEnd(follower);
        assertThat(await(runtime.initPid(ID))).isEqualTo(init.pid());
        complete(Mono.when(runtime.delete(ID, FORCE), exec.release()));
        complete(init.release());
        reap(follower);
    }

    @Test
    void kill_groupOfNone_isRefused() {
        ContainerProcess init = started("sleep 600 & echo $!; wait");
        int child = firstNumber(init);

        assertThatThrownBy(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.processGroup(child))))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("cannot kill process " + child + " of c1: process " + child + " leads no group");
        complete(runtime.delete(ID, FORCE));
        complete(init.release());
        reap(child);
    }

    @Test
    void kill_all_reachesExecutions() {
        ContainerProcess init = started(SLEEP);
        ContainerProcess exec = exec(SLEEP, ExecOptions.defaults());

        complete(runtime.kill(ID, Signal.TERM, KillOptions.all()));

        assertThat(await(init.exit())).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(await(exec.exit())).isEqualTo(ExitStatus.signaled(Signal.TERM));
        complete(runtime.delete(ID, DeleteOptions.defaults()));
        complete(Mono.when(init.release(), exec.release()));
    }

    private ContainerProcess created(String script) {
        return await(runtime.create(ID, bundle(directory, shell(script)), PIPED));
    }

    private ContainerProcess started(String script) {
        ContainerProcess process = created(script);
        complete(runtime.start(ID));
        return process;
    }

    private ContainerProcess exec(String script, ExecOptions options) {
        return await(runtime.exec(ID, Fixtures.process(script), options));
    }

    private static int firstNumber(ContainerProcess process) {
        return Integer.parseInt(await(process.stdout().asString().next()).strip());
    }

    private static <T> List<T> all(Flux<T> values) {
        return await(values.collectList());
    }

    private static void awaitEnd(int pid) {
        awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(pid).isEmpty()), hasEnded -> hasEnded);
    }

    private void kill(int pid) {
        Mono.usingWhen(launcher.watch(pid), process -> process.signal(Signal.KILL), WatchedProcess::release)
                .block(Fixtures.TIMEOUT);
        reap(pid);
    }

    private void reap(int pid) {
        Fixtures.reap(launcher, pid);
    }
}
