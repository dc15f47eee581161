// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.awaitThat;
import static io.runflux.runtime.Fixtures.bundle;
import static io.runflux.runtime.Fixtures.complete;
import static io.runflux.runtime.Fixtures.process;
import static io.runflux.runtime.Fixtures.shell;
import static io.runflux.runtime.Fixtures.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerEvent;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.Spec;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.StdinClosedException;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuples;

/** What runtimes do beyond the specification: each has it as the others have it, or says that it has not. */
interface OperationsContract extends OciRuntimeContract {
    ExecOptions DETACHED = ExecOptions.defaults().withDetached(true);
    TerminalSize SIZE = new TerminalSize(24, 80);

    @Test
    default void exists_beforeAndAfterTheDeletion_tells() {
        assertThat(await(runtime().exists(ID))).isFalse();
        ContainerProcess init = running("exec sleep 600");
        assertThat(await(runtime().exists(ID))).isTrue();

        end(init);

        assertThat(await(runtime().exists(ID))).isFalse();
    }

    @Test
    default void initPid_running_isThatOfTheState() {
        ContainerProcess init = running("exec sleep 600");

        assertThat(await(runtime().initPid(ID)))
                .isEqualTo(await(runtime().state(ID)).pid())
                .isPositive();

        end(init);
    }

    @Test
    default void ps_running_hasInitAndWhatWasExecuted() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime().exec(ID, process("exec sleep 600"), DETACHED));

        List<Integer> pids = await(runtime().ps(ID).collectList());

        assertThat(pids).hasSize(2).contains(other.pid());
        end(init);
        complete(other.release());
    }

    @Test
    default void processes_running_haveTheirCommandsAndKeepTheirRecords() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime().exec(ID, process("exec sleep 700"), DETACHED));
        Mono<List<ProcessState>> running =
                runtime().processes(ID, ProcessView.RUNNING).collectList();
        assertThat(awaitThat(running, OperationsContract::areSleeping))
                .hasSize(2)
                .allMatch(process -> process.createdByRuntime() && !process.isZombie());
        assertThatThrownBy(() -> complete(runtime().deleteProcess(ID, other.pid())))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("it still runs");

        end(init);
        complete(other.release());
    }

    /** A shell has its own command line until it has become another program. */
    private static boolean areSleeping(List<ProcessState> processes) {
        return processes.stream().allMatch(process -> process.command().get(0).contains("sleep"));
    }

    @Test
    default void deleteProcess_ended_takesItOffTheRecord() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime().exec(ID, process("exit 0"), DETACHED));
        await(other.exit());

        assertThat(await(runtime().processes(ID, ProcessView.ALL).collectList()))
                .filteredOn(ProcessState::isZombie)
                .extracting(ProcessState::pid)
                .containsExactly(other.pid());
        assertThat(await(runtime().processes(ID, ProcessView.RUNNING).collectList()))
                .hasSize(1);
        complete(runtime().deleteProcess(ID, other.pid()));

        assertThat(await(runtime().processes(ID, ProcessView.ALL).collectList()))
                .hasSize(1);
        complete(runtime().deleteProcess(ID, other.pid()));
        end(init);
    }

    @Test
    default void process_onRecord_isTheOneThatItsStarterWasGiven() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime()
                .exec(ID, process("echo hello; exec sleep 600"), DETACHED.withStdio(ContainerStdio.outputPipes())));

        ContainerProcess found = await(runtime().process(ID, other.pid()));

        assertThat(found).isSameAs(other);
        assertThat(await(found.stdout().asString().next())).isEqualTo("hello\n");
        assertThatThrownBy(() -> await(runtime().process(ID, 4_000_000)))
                .isInstanceOf(NoSuchProcessException.class)
                .hasMessage("container c1 has no process 4000000");
        end(init);
        complete(other.release());
    }

    @Test
    default void killProcess_executed_endsItAlone() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime().exec(ID, process("exec sleep 600"), DETACHED));
        Mono<Void> kill = runtime().kill(ID, Signal.KILL, KillOptions.process(other.pid()));

        if (isSupported(RuntimeFeature.KILL_PROCESS, kill)) {
            complete(kill);
            assertThat(await(other.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
            assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
            assertThatThrownBy(() -> complete(runtime().kill(ID, Signal.TERM, KillOptions.process(4_000_000))))
                    .isInstanceOf(NoSuchProcessException.class);
        }

        end(init);
        complete(other.release());
    }

    @Test
    default void killProcess_ofTheHost_isRefused() {
        ContainerProcess init = running("exec sleep 600");
        int ours = (int) ProcessHandle.current().pid();

        Mono<Void> kill = runtime().kill(ID, Signal.HUP, KillOptions.process(ours));

        if (isSupported(RuntimeFeature.KILL_PROCESS, kill)) {
            assertThatThrownBy(() -> complete(kill)).isInstanceOf(NoSuchProcessException.class);
        }
        end(init);
    }

    @Test
    default void killProcessGroup_ledByAChild_endsItAlone() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime()
                .exec(
                        ID,
                        process("setsid sleep 600 & echo ready; wait; exit 9"),
                        DETACHED.withStdio(ContainerStdio.outputPipes())));
        String said = await(other.stdout().asString().next());
        assertThat(said).isEqualTo("ready\n");
        Mono<Void> kill = runtime().kill(ID, Signal.KILL, KillOptions.processGroup(other.pid()));

        if (isSupported(RuntimeFeature.KILL_PROCESS_GROUP, kill)) {
            complete(awaitLeader(init, other)
                    .flatMap(leader -> runtime().kill(ID, Signal.KILL, KillOptions.processGroup(leader))));
            assertThat(await(other.exit())).isEqualTo(ExitStatus.exited(9));
            assertThat(await(runtime().ps(ID).collectList())).hasSize(1);
        }

        end(init);
        complete(other.release());
    }

    /** It is the third process, once it has its own program, before which it made its own group. */
    private Mono<Integer> awaitLeader(ContainerProcess init, ContainerProcess other) {
        return runtime()
                .processes(ID, ProcessView.RUNNING)
                .filter(process -> process.pid() != init.pid() && process.pid() != other.pid())
                .filter(process -> process.command().contains("sleep")
                        && !process.command().contains("setsid"))
                .map(ProcessState::pid)
                .next()
                .repeatWhenEmpty(Flux::hide);
    }

    @Test
    default void pauseAndResume_running_changeTheState() {
        ContainerProcess init = running("exec sleep 600");

        if (isSupported(RuntimeFeature.PAUSE, runtime().pause(ID))) {
            complete(runtime().pause(ID));
            assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.PAUSED);
            assertThatThrownBy(() -> complete(runtime().pause(ID)))
                    .isInstanceOf(IllegalContainerStateException.class)
                    .hasMessageStartingWith("cannot pause container c1 in state paused: it must be running");
            complete(runtime().resume(ID));
            assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
            assertThatThrownBy(() -> complete(runtime().resume(ID)))
                    .isInstanceOf(IllegalContainerStateException.class)
                    .hasMessageStartingWith("cannot resume container c1 in state running: it must be paused");
        }

        end(init);
    }

    @Test
    default void update_pidsLimit_isInForce() throws Exception {
        ContainerProcess init = running("exec sleep 600");
        Mono<Void> update = runtime().update(ID, LinuxResources.none().withPidsLimit(42L));

        if (isSupported(RuntimeFeature.UPDATE, update)) {
            complete(update);
            assertThat(Fixtures.pidsLimit(init.pid())).isEqualTo("42");
        }

        end(init);
    }

    @Test
    default void top_running_hasARowForEachProcess() {
        ContainerProcess init = running("exec sleep 600");
        Mono<ProcessTable> top = runtime().top(ID, List.of());
        Mono<ProcessTable> chosen = runtime().top(ID, List.of("-o", "pid,comm"));

        if (isSupported(RuntimeFeature.TOP, top)) {
            ProcessTable table = await(top);
            assertThat(table.headers()).contains("PID");
            assertThat(table.column("PID")).hasSize(1);
        }
        if (isSupported(RuntimeFeature.TOP_COLUMNS, chosen)) {
            assertThat(await(chosen).headers()).containsExactly("PID", "COMMAND");
        }

        end(init);
    }

    @Test
    default void stats_running_countsItsProcesses() {
        ContainerProcess init = running("exec sleep 600");

        if (isSupported(RuntimeFeature.STATS, runtime().stats(ID))) {
            ContainerStats stats = await(runtime().stats(ID));
            assertThat(Objects.requireNonNull(stats.pids()).current()).isPositive();
        }

        end(init);
    }

    @Test
    default void events_running_areSamplesUntilTheContainerIsDeleted() {
        ContainerProcess init = running("exec sleep 600");
        Flux<ContainerEvent> events = runtime().events(ID, Duration.ofMillis(100));

        if (isSupported(RuntimeFeature.EVENTS, events.next())) {
            assertThat(await(events.take(2).collectList()))
                    .hasSize(2)
                    .allMatch(ContainerEvent::isStats)
                    .allMatch(event -> event.id().equals("c1"));
            Mono<Void> delete = runtime().delete(ID, FORCE);
            List<ContainerEvent> last = await(events.concatMap(event -> delete.thenReturn(event), 1)
                    .onErrorComplete(ContainerNotRunningException.class)
                    .collectList());
            assertThat(last).isNotEmpty();
        }

        end(init);
    }

    @Test
    default void waitFor_severalWaiters_eachGetTheStatus() {
        ContainerProcess init = created("read line; exit 42", QUIET.withStdio(ContainerStdio.pipes()));
        complete(runtime().start(ID));
        Mono<ExitStatus> wait = runtime().waitFor(ID);

        List<ExitStatus> statuses =
                await(Flux.merge(wait, wait, init.send(Mono.empty()).then(wait)).collectList());

        assertThat(statuses).hasSize(3).containsOnly(ExitStatus.exited(42));
        end(init);
    }

    @Test
    default void waitFor_process_getsItsOwnStatus() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime().exec(ID, process("exit 7"), DETACHED));

        assertThat(await(runtime().waitFor(ID, other.pid()))).isEqualTo(ExitStatus.exited(7));
        assertThatThrownBy(() -> await(runtime().waitFor(ID, 4_000_000))).isInstanceOf(NoSuchProcessException.class);

        end(init);
        complete(other.release());
    }

    @Test
    default void waitFor_endedWithoutARecord_isUnknown() {
        ContainerProcess init = running("exit 3");
        await(init.exit());
        complete(init.release());
        awaitThat(runtime().state(ID), state -> state.status() == ContainerStatus.STOPPED);

        assertThat(await(runtime().waitFor(ID)).isSuccess()).isFalse();

        complete(runtime().delete(ID, FORCE));
    }

    @Test
    default void run_detached_leavesTheContainerToItsOwner() {
        ContainerProcess init =
                await(runtime().run(ID, bundle(directory(), shell("exec sleep 600")), QUIET.withDetached(true)));
        assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);

        complete(runtime().kill(ID, Signal.KILL, KILL));

        assertThat(await(init.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThat(await(runtime().exists(ID))).isTrue();
        end(init);
    }

    @Test
    default void exec_detached_hasItsOutputAndItsEnd() {
        ContainerProcess init = running("exec sleep 600");

        ContainerProcess other = await(
                runtime().exec(ID, process("echo hello; exit 7"), DETACHED.withStdio(ContainerStdio.outputPipes())));

        assertThat(await(text(other.stdout()))).isEqualTo("hello\n");
        assertThat(await(other.exit())).isEqualTo(ExitStatus.exited(7));
        end(init);
        complete(other.release());
    }

    @Test
    default void signal_attachedExec_endsItAlone() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime().exec(ID, process("echo ready; exec sleep 600"), EXEC_PIPED));
        assertThat(await(other.stdout().asString().next())).isEqualTo("ready\n");

        if (isSupported(RuntimeFeature.KILL_PROCESS, other.signal(Signal.KILL))) {
            complete(other.signal(Signal.KILL));
            assertThat(await(other.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
            assertThatThrownBy(() -> complete(other.signal(Signal.KILL)))
                    .isInstanceOf(ProcessAlreadyExitedException.class);
            assertThat(await(runtime().ps(ID).collectList())).hasSize(1);
        }

        end(init);
        complete(other.release());
    }

    @Test
    default void signal_detachedExec_endsItAlone() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime().exec(ID, process("exec sleep 600"), DETACHED));

        if (isSupported(RuntimeFeature.KILL_PROCESS, other.signal(Signal.KILL))) {
            complete(other.signal(Signal.KILL));
            assertThat(await(other.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        }

        end(init);
        complete(other.release());
    }

    @Test
    default void signal_init_endsTheContainer() {
        ContainerProcess init = running("exec sleep 600");

        complete(init.signal(Signal.KILL));

        assertThat(await(init.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThatThrownBy(() -> complete(init.signal(Signal.KILL))).isInstanceOf(ProcessAlreadyExitedException.class);
        end(init);
    }

    @Test
    default void signal_initThatIsNotStarted_endsTheContainer() {
        ContainerProcess init = created("exec sleep 600", QUIET);

        complete(init.signal(Signal.KILL));

        assertThat(await(init.exit()).isSuccess()).isFalse();
        awaitThat(runtime().state(ID), state -> state.status() == ContainerStatus.STOPPED);
        end(init);
    }

    @Test
    default void kill_createdAndNotStarted_endsIt() {
        for (KillOptions scope : List.of(KillOptions.init(), KillOptions.all())) {
            ContainerProcess init = created("exec sleep 600", QUIET);

            complete(runtime().kill(ID, Signal.KILL, scope));

            assertThat(await(init.exit()).isSuccess()).isFalse();
            awaitThat(runtime().state(ID), state -> state.status() == ContainerStatus.STOPPED);
            assertThatThrownBy(() -> complete(runtime().start(ID))).isInstanceOf(IllegalContainerStateException.class);
            end(init);
        }
    }

    @Test
    default void kill_paused_endsIt() {
        for (KillOptions scope : List.of(KillOptions.init(), KillOptions.all())) {
            ContainerProcess init = running("exec sleep 600");

            if (isSupported(RuntimeFeature.PAUSE, runtime().pause(ID))) {
                complete(runtime().pause(ID));
                complete(runtime().kill(ID, Signal.KILL, scope));
                assertThat(await(init.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
                awaitThat(runtime().state(ID), state -> state.status() == ContainerStatus.STOPPED);
            }

            end(init);
        }
    }

    @Test
    default void delete_pausedByForce_leavesNothing() {
        ContainerProcess init = running("exec sleep 600");

        if (isSupported(RuntimeFeature.PAUSE, runtime().pause(ID))) {
            complete(runtime().pause(ID));
            complete(runtime().delete(ID, FORCE));
            assertThat(await(runtime().exists(ID))).isFalse();
        }

        end(init);
    }

    /** Most keep the signal for it until it goes on; who does not says so. */
    @Test
    default void kill_pausedByASignalThatItMayHeed_leavesItPaused() {
        ContainerProcess init = running("exec sleep 600");

        if (isSupported(RuntimeFeature.PAUSE, runtime().pause(ID))) {
            complete(runtime().pause(ID));
            complete(init.signal(Signal.TERM)
                    .onErrorComplete(error -> error instanceof IllegalContainerStateException refusal
                            && String.valueOf(refusal.getMessage())
                                    .startsWith("cannot kill container c1 in state paused: this")));
            assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.PAUSED);
        }

        end(init);
    }

    @Test
    default void release_attachedExec_endsTheProcess() {
        ContainerProcess init = running("exec sleep 600");
        ContainerProcess other = await(runtime()
                .exec(
                        ID,
                        process("echo ready; exec sleep 600"),
                        ExecOptions.defaults().withStdio(ContainerStdio.outputPipes())));
        assertThat(await(other.stdout().asString().next())).isEqualTo("ready\n");

        complete(other.release());

        awaitThat(runtime().ps(ID).count(), count -> count == 1);
        end(init);
    }

    @Test
    default void release_runOfAnIdThatIsTaken_leavesTheOtherContainerAlone() {
        ContainerProcess init = running("exec sleep 600");

        complete(runtime()
                .run(ID, bundle(directory(), shell("exit 0")), QUIET)
                .flatMap(ContainerProcess::release)
                .onErrorComplete(ContainerAlreadyExistsException.class));

        assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
        end(init);
    }

    @Test
    default void waitFor_ownerLetsGo_goesOn() {
        ContainerProcess init = running("exec sleep 600");
        AtomicBoolean isKilled = new AtomicBoolean();
        Mono<Boolean> waited = runtime().waitFor(ID).map(status -> isKilled.get());
        Mono<Void> releaseAndKill = init.release()
                .then(runtime().state(ID))
                .then(Mono.fromRunnable(() -> isKilled.set(true)))
                .then(runtime().kill(ID, Signal.KILL, KILL));

        assertThat(await(Mono.zip(waited, releaseAndKill.thenReturn(true)))).isEqualTo(Tuples.of(true, true));

        complete(Mono.when(runtime().delete(ID, FORCE), endOf(init.pid())));
    }

    @Test
    default void create_furtherDescriptor_isReadByTheProcess() throws Exception {
        Path file = Files.writeString(directory().resolve("third"), "third\n");
        CreateOptions options =
                QUIET.withStdio(ContainerStdio.outputPipes()).withDescriptors(List.of(Stdio.readFrom(file)));
        Mono<ContainerProcess> create = runtime().create(ID, bundle(directory(), shell("cat <&3")), options);

        if (isSupported(RuntimeFeature.PRESERVE_FDS, create)) {
            ContainerProcess init = await(create);
            complete(runtime().start(ID));
            assertThat(await(text(init.stdout()))).isEqualTo("third\n");
            end(init);
        }
    }

    @Test
    default void create_terminal_carriesBytesBothWaysAndItsSize() {
        ContainerProcess init =
                created("read line; echo got:$line; stty size; exit 5", QUIET.withStdio(ContainerStdio.terminal(SIZE)));
        complete(runtime().start(ID));

        assertThat(talk(init, "hello\n", "24 80")).contains("got:hello");
        assertThat(await(init.exit())).isEqualTo(ExitStatus.exited(5));
        end(init);
    }

    @Test
    default void run_terminal_isResizedAndEndsWithItsContainer() {
        CreateOptions options = QUIET.withStdio(ContainerStdio.terminal(SIZE));
        ContainerProcess init = await(runtime().run(ID, terminalBundle("read line; stty size; exit 5"), options));
        complete(init.resize(new TerminalSize(30, 100)));

        talk(init, "\n", "30 100");

        assertThat(await(init.exit())).isEqualTo(ExitStatus.exited(5));
        complete(init.release());
        assertThat(await(runtime().list().collectList())).isEmpty();
    }

    @Test
    default void run_terminalReleased_endsTheContainer() {
        CreateOptions options = QUIET.withStdio(ContainerStdio.terminal(SIZE));
        ContainerProcess init = await(runtime().run(ID, terminalBundle("exec sleep 600"), options));

        complete(init.release());

        awaitThat(runtime().list().count(), count -> count == 0);
    }

    @Test
    default void exec_terminal_carriesBytesBothWaysAndItsSize() {
        ContainerProcess init = running("exec sleep 600");
        ExecOptions options = ExecOptions.defaults().withStdio(ContainerStdio.terminal(SIZE));

        ContainerProcess other =
                await(runtime().exec(ID, process("read line; echo got:$line; stty size; exit 6"), options));

        assertThat(talk(other, "hello\n", "24 80")).contains("got:hello");
        assertThat(await(other.exit())).isEqualTo(ExitStatus.exited(6));
        complete(other.release());
        end(init);
    }

    @Test
    default void create_terminalThatTheBundleDoesNotWant_isRefused() {
        CreateOptions options = QUIET.withStdio(ContainerStdio.terminal(SIZE));

        assertThatThrownBy(() -> await(runtime().create(ID, bundle(directory(), shell("exit 0")), options)))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("process.terminal is not true");
    }

    @Test
    default void checkpointAndRestore_running_goesOn() {
        ContainerProcess init = running("exec sleep 600");
        Path image = directory().resolve("image");
        Mono<Void> checkpoint = runtime().checkpoint(ID, CheckpointOptions.to(image));

        if (isSupported(RuntimeFeature.CHECKPOINT, checkpoint) && isCheckpointPossible()) {
            Path bundle = Path.of(await(runtime().state(ID)).bundle());
            complete(checkpoint);
            assertThat(image).isDirectoryContaining(file -> true);
            end(init);
            ContainerProcess restored = await(
                    runtime().restore(ID, bundle, RestoreOptions.from(image).withCreate(QUIET.withDetached(true))));
            assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
            complete(runtime().kill(ID, Signal.KILL, KILL));
            assertThat(await(restored.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
            end(restored);
        } else {
            end(init);
        }
    }

    /** Whether the machine can do what the runtime offers: CRIU asks much of a kernel. */
    default boolean isCheckpointPossible() {
        return true;
    }

    @Test
    default void spec_asked_isAConfiguration() {
        if (isSupported(RuntimeFeature.SPEC, runtime().spec())) {
            Spec spec = await(runtime().spec());
            assertThat(Objects.requireNonNull(spec.process()).args()).containsExactly("sh");
        }
    }

    @Test
    default void features_asked_tellTheVersionsOfTheSpecification() {
        if (isSupported(RuntimeFeature.FEATURES, runtime().features())) {
            assertThat(await(runtime().features()).ociVersionMax()).startsWith("1.");
        }
    }

    @Test
    default void missingContainer_everyOtherOperation_saysSo() {
        Set<RuntimeFeature> features = await(runtime().info()).features();
        assumeTrue(!features.isEmpty(), "it tells no features");
        List<Mono<?>> operations = List.of(
                runtime().ps(ID).then(),
                runtime().processes(ID, ProcessView.RUNNING).then(),
                runtime().processes(ID, ProcessView.ALL).then(),
                runtime().initPid(ID),
                runtime().waitFor(ID),
                runtime().exec(ID, process("true"), DETACHED));

        for (Mono<?> operation : operations) {
            assertThatThrownBy(() -> operation.block(Fixtures.TIMEOUT))
                    .isInstanceOf(NoSuchContainerException.class)
                    .hasMessageContaining("no such container: c1");
        }
    }

    @Test
    default void missingContainer_operationsThatNotAllHave_saySo() {
        refuses(RuntimeFeature.PAUSE, runtime().pause(ID));
        refuses(RuntimeFeature.PAUSE, runtime().resume(ID));
        refuses(
                RuntimeFeature.UPDATE,
                runtime().update(ID, LinuxResources.none().withPidsLimit(1L)));
        refuses(RuntimeFeature.TOP, runtime().top(ID, List.of()));
        refuses(RuntimeFeature.STATS, runtime().stats(ID));
        refuses(
                RuntimeFeature.EVENTS,
                runtime().events(ID, Duration.ofSeconds(1)).then());
        refuses(
                RuntimeFeature.CHECKPOINT,
                runtime().checkpoint(ID, CheckpointOptions.to(directory().resolve("i"))));
    }

    @Test
    default void stopped_whatNeedsAProcess_isRefused() {
        ContainerProcess init = running("exit 0");
        await(init.exit());
        awaitThat(runtime().state(ID), state -> state.status() == ContainerStatus.STOPPED);

        assertThatThrownBy(() -> await(runtime().ps(ID).collectList()))
                .isInstanceOf(ContainerNotRunningException.class)
                .hasMessageStartingWith("cannot list the processes of container c1 in state stopped");
        assertThatThrownBy(() -> await(runtime().initPid(ID))).isInstanceOf(ContainerNotRunningException.class);
        assertThatThrownBy(() -> await(runtime().exec(ID, process("true"), DETACHED)))
                .isInstanceOf(IllegalContainerStateException.class);
        if (isSupported(RuntimeFeature.STATS, runtime().stats(ID))) {
            assertThatThrownBy(() -> await(runtime().stats(ID))).isInstanceOf(ContainerNotRunningException.class);
        }
        if (isSupported(RuntimeFeature.PAUSE, runtime().pause(ID))) {
            assertThatThrownBy(() -> complete(runtime().pause(ID))).isInstanceOf(ContainerNotRunningException.class);
        }
        if (isSupported(RuntimeFeature.TOP, runtime().top(ID, List.of()))) {
            assertThatThrownBy(() -> await(runtime().top(ID, List.of())))
                    .isInstanceOf(ContainerNotRunningException.class);
        }

        end(init);
    }

    private void refuses(RuntimeFeature feature, Mono<?> operation) {
        if (isSupported(feature, operation)) {
            assertThatThrownBy(() -> operation.block(Fixtures.TIMEOUT)).isInstanceOf(NoSuchContainerException.class);
        }
    }

    /** If it is not supported, it must say so, and do nothing. */
    private boolean isSupported(RuntimeFeature feature, Mono<?> operation) {
        RuntimeInfo info = await(runtime().info());
        boolean isSupported = info.features().contains(feature);
        if (!isSupported) {
            assertThatThrownBy(() -> operation.block(Fixtures.TIMEOUT))
                    .isInstanceOf(NotSupportedException.class)
                    .hasMessageContaining("not supported by")
                    .hasMessageContaining(info.name());
        }
        return isSupported;
    }

    private ContainerProcess running(String script) {
        ContainerProcess init = created(script, QUIET);
        complete(runtime().start(ID));
        return init;
    }

    private ContainerProcess created(String script, CreateOptions options) {
        Path bundle = options.stdio().terminal() == null ? bundle(directory(), shell(script)) : terminalBundle(script);
        return await(runtime().create(ID, bundle, options));
    }

    private Path terminalBundle(String script) {
        return bundle(
                directory(),
                shell(script),
                spec -> spec.withProcess(Objects.requireNonNull(spec.process()).withTerminal(true)));
    }

    private void end(ContainerProcess init) {
        complete(runtime().delete(ID, FORCE));
        await(init.exit());
        complete(init.release());
    }

    /** Types something and reads on until all is said, with what is expected in it. */
    private static String talk(ContainerProcess process, String typed, String expected) {
        Flux<ByteBuf> keys = Flux.just(typed).map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        Mono<Void> sent = process.send(keys.concatWith(Flux.never())).onErrorComplete(StdinClosedException.class);
        String said = await(Fixtures.textWhile(text(process.stdout()), sent));
        assertThat(said).contains(expected);
        return said;
    }
}
