// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.FailedCommand;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.InvalidBundleException;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.ProgramNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What changes a container. */
interface ChangesContract extends ContractStage {
    DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private ContainerInfo info() {
        return await(orchestrator().inspect(ID)).info();
    }

    @Test
    default void create_thenStart_tellsWhatTheEngineKnows() {
        ContainerInfo created = await(orchestrator().create(request("exec sleep 60")));
        assertThat(created).isEqualTo(await(engine().inspect(ID)).info());
        assertThat(created.status()).isEqualTo(ContainerStatus.CREATED);

        ContainerInfo started = await(orchestrator().start(ID));

        assertThat(started).isEqualTo(await(engine().inspect(ID)).info());
        assertThat(started.status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(started.pid()).isPositive();
    }

    @Test
    default void launch_itEnds_staysStoppedUntilItIsRemoved() {
        await(orchestrator().launch(request("exit 3")));

        assertThat(await(orchestrator().waitFor(ID))).isEqualTo(ExitStatus.exited(3));
        assertThat(info().status()).isEqualTo(ContainerStatus.STOPPED);
        assertThat(info().exitStatus()).isEqualTo(ExitStatus.exited(3));
        orchestrator().remove(ID, DeleteOptions.defaults()).block(LIMIT);
        assertThat(failure(orchestrator().inspect(ID))).isInstanceOf(NoSuchContainerException.class);
    }

    @Test
    default void launch_notSubscribedTo_doesNothingAndTwiceDoesItAnew() {
        Mono<ContainerInfo> launch = orchestrator().launch(request("exit 0").withRemovedAtEnd(true));
        assertThat(await(engine().list().collectList())).isEmpty();

        for (int i = 0; i < 2; i++) {
            await(launch);
            orchestrator().waitFor(ID).onErrorComplete().block(LIMIT);
            engine().remove(ID, BY_FORCE).onErrorComplete().block(LIMIT);
        }

        assertThat(engine().eventStream().lastSequence()).isEqualTo(8);
    }

    @Test
    default void launch_idIsTaken_isRefused() {
        launch();

        assertThat(failure(orchestrator().launch(request("exit 0"))))
                .isInstanceOf(ContainerAlreadyExistsException.class)
                .hasMessage("container already exists: " + ID);
    }

    @Test
    default void launch_noSuchProgram_saysWhich() {
        LaunchRequest request = LaunchRequest.rootfs(ID, Path.of("/"), List.of("/no/such/program"));

        assertThat(failure(orchestrator().launch(request)))
                .isInstanceOf(ProgramNotFoundException.class)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    default void launch_noBundle_isRefused() {
        assertThat(failure(orchestrator().launch(LaunchRequest.bundle(ID, directory()))))
                .isInstanceOf(InvalidBundleException.class);
    }

    @Test
    default void start_whatRuns_isRefusedWithBothStates() {
        launch();

        IllegalContainerStateException error =
                (IllegalContainerStateException) failure(orchestrator().start(ID));

        assertThat(error).hasMessage("cannot start container " + ID + " in state running: it must be created");
        assertThat(error.id()).isEqualTo(ID);
        assertThat(error.operation()).isEqualTo(ContainerOperation.START);
        assertThat(error.actual()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(error.required()).containsExactly(ContainerStatus.CREATED);
    }

    @Test
    default void kill_whatHasEnded_isRefusedAsNotRunning() {
        await(orchestrator().launch(request("exit 0")));
        await(orchestrator().waitFor(ID));

        assertThat(failure(orchestrator().kill(ID, Signal.TERM, KillOptions.init())))
                .isInstanceOfSatisfying(ContainerNotRunningException.class, error -> assertThat(error.actual())
                        .isEqualTo(ContainerStatus.STOPPED));
    }

    @Test
    default void kill_aSignal_reachesTheInit() {
        launch();

        orchestrator().kill(ID, Signal.of(10), KillOptions.init()).block(LIMIT);

        assertThat(await(orchestrator().waitFor(ID))).isEqualTo(ExitStatus.signaled(Signal.of(10)));
    }

    @Test
    default void kill_options_reachTheRuntime() {
        launch();
        runtime().play("kill", Mono.empty());

        for (KillOptions options : List.of(KillOptions.all(), KillOptions.process(7), KillOptions.processGroup(8))) {
            orchestrator().kill(ID, Signal.of(34), options).block(LIMIT);
        }

        assertThat(runtime().given())
                .containsExactly(
                        Signal.of(34), KillOptions.all(),
                        Signal.of(34), KillOptions.process(7),
                        Signal.of(34), KillOptions.processGroup(8));
        runtime().stopPlaying("kill");
    }

    @Test
    default void stop_signalThatIsHeeded_tellsHowItEnded() {
        launch();
        StopOptions options = StopOptions.defaults().withSignal(Signal.INT);

        assertThat(await(orchestrator().stop(ID, options))).isEqualTo(ExitStatus.signaled(Signal.INT));
        assertThat(await(orchestrator().stop(ID, options))).isEqualTo(ExitStatus.signaled(Signal.INT));
    }

    @Test
    default void stop_noGrace_kills() {
        launch();

        assertThat(await(orchestrator().stop(ID, StopOptions.defaults().withGracePeriod(Duration.ZERO))))
                .isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    default void pause_thenResume_changesTheStatusAndRefusesTheSameAgain() {
        runtime().play("pause", Mono.empty()).play("resume", Mono.empty());
        launch();

        orchestrator().pause(ID).block(LIMIT);
        assertThat(info().status()).isEqualTo(ContainerStatus.PAUSED);
        assertThat(failure(orchestrator().pause(ID)))
                .isInstanceOf(IllegalContainerStateException.class)
                .hasMessage("cannot pause container " + ID + " in state paused: it must be running");
        orchestrator().resume(ID).block(LIMIT);

        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void pause_runtimeCannot_saysWhat() {
        launch();

        assertThat(failure(orchestrator().pause(ID)))
                .isInstanceOf(NotSupportedException.class)
                .hasMessageEndingWith("is not supported by the host runtime")
                .extracting(error -> ((NotSupportedException) error).what())
                .isEqualTo(((NotSupportedException) failure(engine().pause(ID))).what());
    }

    @Test
    default void pause_runtimeFails_tellsTheCommand() {
        FailedCommand failed =
                new FailedCommand(List.of("runc", "pause", "x"), ExitStatus.exited(1), "oh no", "logged");
        runtime().play("pause", Mono.error(new CommandFailedException("cannot pause " + ID, failed, null)));
        launch();

        CommandFailedException error =
                (CommandFailedException) failure(orchestrator().pause(ID));

        assertThat(error).hasMessage("cannot pause " + ID + ": runc pause x: exit status 1: oh no");
        assertThat(error.summary()).isEqualTo("cannot pause " + ID + ": exit status 1: oh no");
        assertThat(error.command()).containsExactly("runc", "pause", "x");
        assertThat(error.exitStatus()).isEqualTo(ExitStatus.exited(1));
        assertThat(error.stderr()).isEqualTo("oh no");
        assertThat(error.logMessage()).isEqualTo("logged");
    }

    @Test
    default void update_limits_reachTheRuntime() {
        runtime().play("update", Mono.empty());
        launch();
        LinuxResources limits = LinuxResources.none().withMemoryLimit(1L << 40).withPidsLimit(-1);

        orchestrator().update(ID, limits).block(LIMIT);

        assertThat(runtime().given()).containsExactly(limits);
    }

    @Test
    default void checkpoint_options_reachTheRuntime() {
        runtime().play("checkpoint", Mono.empty());
        launch();
        CheckpointOptions options = CheckpointOptions.to(directory().resolve("image"))
                .withLeaveRunning(true)
                .withExtraArguments(List.of("--x"));

        orchestrator().checkpoint(ID, options).block(LIMIT);

        assertThat(runtime().given()).containsExactly(options);
    }

    @Test
    default void remove_whatRuns_isRefusedAndByForceIsNot() {
        launch();

        assertThat(failure(orchestrator().remove(ID, DeleteOptions.defaults())))
                .hasMessage("cannot delete container " + ID + " in state running: it must be created or stopped");
        orchestrator().remove(ID, BY_FORCE).block(LIMIT);

        assertThat(await(engine().list().collectList())).isEmpty();
    }

    @Test
    default void anything_nobodyKnowsTheContainer_failsWithItsId() {
        Orchestrator orchestrator = orchestrator();
        List<Mono<?>> operations = List.of(
                orchestrator.start(NOBODY),
                orchestrator.stop(NOBODY, StopOptions.defaults()),
                orchestrator.kill(NOBODY, Signal.TERM, KillOptions.init()),
                orchestrator.pause(NOBODY),
                orchestrator.resume(NOBODY),
                orchestrator.update(NOBODY, LinuxResources.none()),
                orchestrator.checkpoint(NOBODY, CheckpointOptions.to(directory())),
                orchestrator.remove(NOBODY, DeleteOptions.defaults()),
                orchestrator.waitFor(NOBODY),
                orchestrator.inspect(NOBODY),
                orchestrator.stats(NOBODY),
                orchestrator.stats(NOBODY, Duration.ofSeconds(1)).then(),
                orchestrator.processes(NOBODY).then(),
                orchestrator.top(NOBODY, TopOptions.defaults()),
                orchestrator.logs(NOBODY, LogsOptions.defaults()).then(),
                orchestrator.attach(NOBODY, ContainerStreams.none()),
                orchestrator.exec(ExecRequest.of(NOBODY, List.of("true"))));

        assertThat(operations).allSatisfy(operation -> assertThat(failure(operation))
                .isInstanceOfSatisfying(NoSuchContainerException.class, error -> assertThat(error.id())
                        .isEqualTo(NOBODY)));
    }

    @Test
    @SuppressWarnings("NullAway")
    default void anything_noArgument_isRefusedBeforeASubscription() {
        Orchestrator orchestrator = orchestrator();
        assertThatNullPointerException().isThrownBy(() -> orchestrator.launch(null));
        assertThatNullPointerException().isThrownBy(() -> orchestrator.run(null));
        assertThatNullPointerException().isThrownBy(() -> orchestrator.pause(null));
        assertThatNullPointerException().isThrownBy(() -> orchestrator.stop(ID, null));
    }

    @Test
    default void disposeLater_then_everythingIsRefused() {
        orchestrator().disposeLater().block(LIMIT);

        for (Mono<?> operation : List.of(
                orchestrator().snapshot(),
                orchestrator().pause(ID),
                orchestrator().run(runRequest("exit 0")),
                orchestrator().exec(execRequest("exit 0")))) {
            assertThat(failure(operation))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the orchestrator was disposed of");
        }
    }

    @Test
    default void launch_many_eachIsItsOwn() {
        List<ExitStatus> ends = Flux.range(0, 20)
                .flatMap(i -> launchAndWait(ContainerId.of(ID + "-" + i), i), 10)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(ends).extracting(ExitStatus::code).containsExactlyInAnyOrderElementsOf(upTo(20));
        assertThat(await(orchestrator().list().count())).isEqualTo(20);
    }

    private Mono<ExitStatus> launchAndWait(ContainerId id, int code) {
        LaunchRequest request = LaunchRequest.rootfs(id, Path.of("/"), command("exit " + code));
        return orchestrator().launch(request).then(orchestrator().waitFor(id));
    }

    private static List<Integer> upTo(int end) {
        return Flux.range(0, end).collectList().blockOptional().orElseThrow();
    }
}
