// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.awaitThat;
import static io.runflux.runtime.Fixtures.bundle;
import static io.runflux.runtime.Fixtures.complete;
import static io.runflux.runtime.Fixtures.shell;
import static io.runflux.runtime.Fixtures.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What every runtime does alike, the one that isolates nothing too. */
interface OciRuntimeContract {
    ContainerId ID = ContainerId.of("c1");
    CreateOptions QUIET = CreateOptions.defaults();
    CreateOptions PIPED = CreateOptions.defaults().withStdio(ContainerStdio.outputPipes());
    ExecOptions EXEC_PIPED = ExecOptions.defaults().withStdio(ContainerStdio.outputPipes());
    KillOptions KILL = KillOptions.init();
    DeleteOptions DELETE = DeleteOptions.defaults();
    DeleteOptions FORCE = DeleteOptions.defaults().withForce(true);

    OciRuntime runtime();

    Path directory();

    /** Watches a process again that was let go of, so that it is reaped, where that is ours to do. */
    default Mono<Void> endOf(int pid) {
        return Mono.empty();
    }

    default boolean tellsTheTimeOfCreation() {
        return true;
    }

    @Test
    default void create_bundle_isCreatedAndNotStarted() {
        ContainerProcess process = await(runtime().create(ID, bundle(directory(), shell("exit 0")), QUIET));

        ContainerState state = await(runtime().state(ID));
        assertThat(state.status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(state.id()).isEqualTo("c1");
        assertThat(state.created() != null).isEqualTo(tellsTheTimeOfCreation());
        complete(runtime().delete(ID, FORCE));
        complete(process.release());
    }

    @Test
    default void start_created_runsUntilKilled() {
        ContainerProcess process = created("exec sleep 600");

        complete(runtime().start(ID));

        assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(process.pid()).isPositive();
        complete(runtime().kill(ID, Signal.KILL, KILL));
        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThat(stopped().pid()).isNull();
        complete(runtime().delete(ID, DELETE));
        complete(process.release());
    }

    @Test
    default void exit_code_isKept() {
        ContainerProcess process = created("exit 42");

        complete(runtime().start(ID));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(42));
        stopped();
        complete(runtime().delete(ID, DELETE));
        assertThatThrownBy(() -> await(runtime().state(ID))).isInstanceOf(NoSuchContainerException.class);
        complete(process.release());
    }

    @Test
    default void release_running_leavesTheContainerAlone() {
        ContainerProcess process = await(runtime().create(ID, bundle(directory(), shell("exec sleep 600")), PIPED));
        complete(runtime().start(ID));

        complete(process.release());

        assertThat(await(runtime().state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
        complete(Mono.when(runtime().delete(ID, FORCE), endOf(process.pid())));
        complete(process.release());
    }

    @Test
    default void stdoutAndStderr_pipes_areApart() {
        ContainerProcess process =
                await(runtime().create(ID, bundle(directory(), shell("echo out; echo err >&2")), PIPED));
        Mono<String> output = Mono.zip(text(process.stdout()), text(process.stderr()), (out, err) -> out + "|" + err);

        String both = await(Fixtures.textWhile(output, runtime().start(ID)));

        assertThat(both).isEqualTo("out\n|err\n");
        complete(process.drained());
        await(process.exit());
        stopped();
        complete(runtime().delete(ID, DELETE));
        complete(process.release());
    }

    @Test
    default void delete_beforeTheOutputWasRead_losesNothing() {
        ContainerProcess process = await(runtime().create(ID, bundle(directory(), shell("echo late")), PIPED));
        complete(runtime().start(ID));
        await(process.exit());
        stopped();

        complete(runtime().delete(ID, DELETE));

        assertThat(await(text(process.stdout()))).isEqualTo("late\n");
        complete(process.release());
    }

    @Test
    default void send_toPipe_isReadByTheProcess() {
        ContainerProcess process =
                await(runtime().create(ID, bundle(directory(), shell("cat")), QUIET.withStdio(ContainerStdio.pipes())));
        complete(runtime().start(ID));

        Mono<Void> sent = process.send(Mono.fromSupplier(() -> Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8)));

        String echoed = await(Fixtures.textWhile(text(process.stdout()), sent));
        assertThat(echoed).isEqualTo("hello");
        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(0));
        complete(runtime().delete(ID, FORCE));
        complete(process.release());
    }

    @Test
    default void release_running_endsTheInput() {
        ContainerProcess process =
                await(runtime().create(ID, bundle(directory(), shell("cat")), QUIET.withStdio(ContainerStdio.pipes())));
        complete(runtime().start(ID));

        complete(process.release());

        stopped();
        complete(Mono.when(runtime().delete(ID, FORCE), endOf(process.pid())));
    }

    @Test
    default void send_released_endsTheInput() {
        ContainerProcess process =
                await(runtime().create(ID, bundle(directory(), shell("cat")), QUIET.withStdio(ContainerStdio.pipes())));
        complete(runtime().start(ID));
        Mono<Void> sending = process.send(Mono.never()).onErrorComplete();

        complete(Mono.when(sending, process.release()));

        stopped();
        complete(Mono.when(runtime().delete(ID, FORCE), endOf(process.pid())));
    }

    @Test
    default void delete_running_isRefusedAndForced() {
        ContainerProcess process = created("exec sleep 600");
        complete(runtime().start(ID));

        assertThatThrownBy(() -> complete(runtime().delete(ID, DELETE)))
                .isInstanceOfSatisfying(IllegalContainerStateException.class, error -> assertThat(error.actual())
                        .isEqualTo(ContainerStatus.RUNNING))
                .hasMessageStartingWith("cannot delete container c1 in state running: it must be created or stopped");

        complete(runtime().delete(ID, FORCE));
        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        complete(process.release());
    }

    @Test
    default void delete_created_isAllowed() {
        ContainerProcess process = created("exit 0");

        complete(runtime().delete(ID, DELETE));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThat(runtime().list().collectList().block(Fixtures.TIMEOUT)).isEmpty();
        complete(process.release());
    }

    @Test
    default void missingContainer_everyOperation_saysSo() {
        List<Mono<?>> operations = List.of(
                runtime().state(ID),
                runtime().start(ID),
                runtime().kill(ID, Signal.TERM, KILL),
                runtime().delete(ID, DELETE),
                exitOfExec("true"));

        for (Mono<?> operation : operations) {
            assertThatThrownBy(() -> operation.block(Fixtures.TIMEOUT))
                    .isInstanceOf(NoSuchContainerException.class)
                    .hasMessageContaining("no such container: c1");
        }
        complete(runtime().delete(ID, FORCE));
    }

    @Test
    default void create_twice_isRefused() {
        ContainerProcess process = created("exit 0");

        assertThatThrownBy(() -> created("exit 0"))
                .isInstanceOf(ContainerAlreadyExistsException.class)
                .hasMessageContaining("container already exists: c1");

        complete(runtime().delete(ID, FORCE));
        complete(process.release());
    }

    @Test
    default void start_twice_isRefused() {
        ContainerProcess process = created("exec sleep 600");
        complete(runtime().start(ID));

        assertThatThrownBy(() -> complete(runtime().start(ID)))
                .isInstanceOf(IllegalContainerStateException.class)
                .hasMessageStartingWith("cannot start container c1 in state running: it must be created");

        complete(runtime().delete(ID, FORCE));
        complete(process.release());
    }

    @Test
    default void stopped_startKillExec_areRefused() {
        ContainerProcess process = created("exit 0");
        complete(runtime().start(ID));
        await(process.exit());
        stopped();

        assertThatThrownBy(() -> complete(runtime().start(ID))).isInstanceOf(IllegalContainerStateException.class);
        assertThatThrownBy(() -> complete(runtime().kill(ID, Signal.TERM, KILL)))
                .isInstanceOf(IllegalContainerStateException.class);
        assertThatThrownBy(() -> await(exitOfExec("true"))).isInstanceOf(IllegalContainerStateException.class);
        complete(runtime().kill(ID, Signal.KILL, KillOptions.all()));

        complete(runtime().delete(ID, DELETE));
        complete(process.release());
    }

    @Test
    default void list_twoContainers_hasBoth() {
        ContainerId other = ContainerId.of("c2");
        ContainerProcess first = created("exec sleep 600");
        ContainerProcess second = await(runtime().create(other, bundle(directory(), shell("exit 0")), QUIET));
        complete(runtime().start(ID));

        assertThat(runtime()
                        .list()
                        .map(state -> state.id() + " " + state.status())
                        .collectList()
                        .block(Fixtures.TIMEOUT))
                .containsExactlyInAnyOrder("c1 running", "c2 created");

        complete(runtime().delete(ID, FORCE));
        complete(runtime().delete(other, FORCE));
        complete(Mono.when(first.release(), second.release()));
    }

    @Test
    default void exec_inRunning_hasItsOwnOutputAndEnd() {
        ContainerProcess init = created("exec sleep 600");
        complete(runtime().start(ID));

        ContainerProcess exec = await(runtime().exec(ID, Fixtures.process("echo hello; exit 7"), EXEC_PIPED));

        assertThat(await(text(exec.stdout()))).isEqualTo("hello\n");
        assertThat(await(exec.exit())).isEqualTo(ExitStatus.exited(7));
        complete(exec.release());
        assertThat(await(exitOfExec("kill -9 $$"))).isEqualTo(ExitStatus.signaled(Signal.KILL));
        complete(runtime().delete(ID, FORCE));
        complete(init.release());
    }

    @Test
    default void exec_missingProgram_saysSo() {
        ContainerProcess init = created("exec sleep 600");
        complete(runtime().start(ID));

        assertThatThrownBy(() -> await(exit(runtime()
                        .exec(ID, Fixtures.process("").withArgs(List.of("/no/such")), ExecOptions.defaults()))))
                .isInstanceOf(ProgramNotFoundException.class)
                .hasMessageContaining("/no/such");

        complete(runtime().delete(ID, FORCE));
        complete(init.release());
    }

    @Test
    default void run_attached_hasOutputAndEndAndLeavesNothing() {
        ContainerProcess process = await(runtime().run(ID, bundle(directory(), shell("echo hello; exit 42")), PIPED));

        assertThat(await(text(process.stdout()))).isEqualTo("hello\n");
        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(42));
        complete(process.release());
        assertThat(runtime().list().collectList().block(Fixtures.TIMEOUT)).isEmpty();
    }

    @Test
    default void createAndRun_missingProgram_saySoAndLeaveNothing() {
        Path bundle = bundle(directory(), List.of("/no/such"));

        Mono<Void> create = runtime().create(ID, bundle, QUIET).then(runtime().start(ID));
        assertThatThrownBy(() -> complete(create))
                .isInstanceOf(ProgramNotFoundException.class)
                .hasMessageContaining("/no/such");
        complete(runtime().delete(ID, FORCE));
        assertThatThrownBy(() -> await(exit(runtime().run(ID, bundle, QUIET))))
                .isInstanceOf(ProgramNotFoundException.class);
        assertThat(runtime().list().collectList().block(Fixtures.TIMEOUT)).isEmpty();
    }

    @Test
    default void create_programOfTheSearchPath_isFound() {
        ContainerProcess process = await(runtime().run(ID, bundle(directory(), List.of("sh", "-c", "exit 3")), QUIET));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(3));
        complete(process.release());
    }

    @Test
    default void create_noBundle_isRefusedBeforeAnythingStarts() {
        assertThatThrownBy(() -> runtime().create(ID, Path.of("relative"), QUIET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bundle must be an absolute path, was 'relative'");
        assertThatThrownBy(() -> await(runtime().create(ID, directory().resolve("none"), QUIET)))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("it is not a directory");
        assertThatThrownBy(() -> await(runtime().create(ID, directory(), QUIET)))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("it has no config.json");
    }

    @Test
    default void create_garbageForConfig_isRefused() throws Exception {
        Path bundle = bundle(directory(), shell("exit 0"));
        java.nio.file.Files.writeString(bundle.resolve("config.json"), "{\"ociVersion\":");

        assertThatThrownBy(() -> await(runtime().create(ID, bundle, QUIET))).isInstanceOf(InvalidBundleException.class);
        assertThat(runtime().list().collectList().block(Fixtures.TIMEOUT)).isEmpty();
    }

    private ContainerProcess created(String script) {
        return await(runtime().create(ID, bundle(directory(), shell(script)), QUIET));
    }

    /** The end of init is seen a moment before the runtime says stopped, or after. */
    private ContainerState stopped() {
        return awaitThat(runtime().state(ID), state -> state.status() == ContainerStatus.STOPPED);
    }

    private Mono<ExitStatus> exitOfExec(String script) {
        return exit(runtime().exec(ID, Fixtures.process(script), ExecOptions.defaults()));
    }

    private static Mono<ExitStatus> exit(Mono<ContainerProcess> attached) {
        return Mono.usingWhen(attached, ContainerProcess::exit, ContainerProcess::release);
    }
}
