// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.CALL_TIMEOUT;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class OrchestratorChangeTest {
    private static final ContainerId OTHER = ContainerId.of("c2");
    private static final Duration GRACE = StopOptions.defaults().gracePeriod();

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private EmbeddedOrchestrator orchestrator() {
        return scene.orchestrator();
    }

    private ContainerStatus status() {
        return orchestrator()
                .inspect(ID)
                .blockOptional(AT_ONCE)
                .orElseThrow()
                .info()
                .status();
    }

    private void fails(Mono<?> operation, String message) {
        StepVerifier.create(operation).expectErrorMessage(message).verify(AT_ONCE);
    }

    private List<String> logAfter(String line) {
        List<String> log = scene.log();
        return log.subList(log.indexOf(line) + 1, log.size());
    }

    @Test
    void pauseAndResume_running_changeTheStateAndAreTold() {
        scene.launch(ID);

        orchestrator().pause(ID).block(AT_ONCE);
        assertThat(status()).isEqualTo(ContainerStatus.PAUSED);
        orchestrator().resume(ID).block(AT_ONCE);
        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);

        assertThat(logAfter("event /tasks/start"))
                .containsSubsequence("pause", "event /tasks/paused", "resume", "event /tasks/resumed");
    }

    @Test
    void pause_paused_isRefusedWithBothStatesAndTheRuntimeIsNotAsked() {
        scene.launch(ID);
        orchestrator().pause(ID).block(AT_ONCE);

        fails(orchestrator().pause(ID), "cannot pause container c1 in state paused: it must be running");
        fails(
                orchestrator().exec(ExecRequest.of(ID, List.of("true"))),
                "cannot exec in container c1 in state paused: it must be running");

        assertThat(scene.log()).containsOnlyOnce("pause").doesNotContain("exec");
    }

    @Test
    void resume_running_isRefusedWithBothStates() {
        scene.launch(ID);

        fails(orchestrator().resume(ID), "cannot resume container c1 in state running: it must be paused");
    }

    @Test
    void anyChange_stopped_isRefusedWithBothStates() {
        scene.launch(ID);
        scene.runtime().end(ID, ExitStatus.exited(0));

        StepVerifier.create(orchestrator().pause(ID))
                .expectErrorSatisfies(
                        error -> assertThat(error).isInstanceOfSatisfying(ContainerNotRunningException.class, e -> {
                            assertThat(e.actual()).isEqualTo(ContainerStatus.STOPPED);
                            assertThat(e.required()).containsExactly(ContainerStatus.RUNNING);
                        }))
                .verify(AT_ONCE);
        fails(
                orchestrator().kill(ID, Signal.TERM, KillOptions.init()),
                "cannot kill container c1 in state stopped: it must be created or paused or running");
        fails(
                orchestrator().update(ID, LinuxResources.none()),
                "cannot update container c1 in state stopped: it must be created or paused or running");
    }

    @Test
    void pause_timesOutButItIsPaused_isDone() {
        scene.runtime().after("pause", Mono.never());

        StepVerifier.withVirtualTime(() -> orchestrator()
                        .launch(LaunchRequest.bundle(ID, Scene.BUNDLE))
                        .then(orchestrator().pause(ID)))
                .expectSubscription()
                .expectNoEvent(CALL_TIMEOUT.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).endsWith("pause cancelled", "state", "event /tasks/paused");
    }

    @Test
    void pause_timesOutAndItRuns_fails() {
        scene.runtime().before("pause", Mono.never());

        StepVerifier.withVirtualTime(() -> orchestrator()
                        .launch(LaunchRequest.bundle(ID, Scene.BUNDLE))
                        .then(orchestrator().pause(ID)))
                .thenAwait(CALL_TIMEOUT)
                .expectErrorMessage("the runtime did not pause container c1 within PT1M; the container is running")
                .verify(AT_ONCE);

        assertThat(scene.events()).doesNotContain("event /tasks/paused");
    }

    @Test
    void pause_itEndsMeanwhile_isNotToldAfterTheExit() {
        scene.launch(ID);
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().after("pause", answer.asMono());
        StepVerifier pause =
                StepVerifier.create(orchestrator().pause(ID)).expectComplete().verifyLater();

        scene.runtime().end(ID, ExitStatus.exited(0));
        answer.tryEmitEmpty();

        pause.verify(AT_ONCE);
        assertThat(scene.events()).endsWith("event /tasks/exit").doesNotContain("event /tasks/paused");
    }

    @Test
    void changes_ofOneContainer_areDoneInTheOrderOfSubscription() {
        scene.launch(ID);
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().before("pause", answer.asMono());

        StepVerifier all = StepVerifier.create(Mono.when(
                        orchestrator().pause(ID),
                        orchestrator().checkpoint(ID, CheckpointOptions.to(Path.of("/image"))),
                        orchestrator().resume(ID)))
                .expectComplete()
                .verifyLater();
        assertThat(scene.log()).endsWith("pause");
        answer.tryEmitEmpty();

        all.verify(AT_ONCE);
        assertThat(logAfter("event /tasks/start"))
                .containsExactly(
                        "pause",
                        "event /tasks/paused",
                        "checkpoint /image",
                        "event /tasks/checkpointed",
                        "resume",
                        "event /tasks/resumed");
    }

    @Test
    void changes_ofDifferentContainers_doNotWaitForOneAnother() {
        scene.launch(ID);
        scene.launch(OTHER);
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().ignoring(Signal.HUP).before("pause", answer.asMono());
        orchestrator().pause(ID).subscribe();

        orchestrator().kill(OTHER, Signal.HUP, KillOptions.init()).block(AT_ONCE);

        assertThat(scene.log()).endsWith("kill SIGHUP");
        answer.tryEmitEmpty();
    }

    @Test
    void changes_afterACreationUnderWay_waitForIt() {
        Sinks.Empty<Void> creation = Sinks.empty();
        scene.runtime().before("create", creation.asMono());
        orchestrator().launch(LaunchRequest.bundle(ID, Scene.BUNDLE)).subscribe();
        StepVerifier pause =
                StepVerifier.create(orchestrator().pause(ID)).expectComplete().verifyLater();

        assertThat(scene.log()).endsWith("create");
        creation.tryEmitEmpty();

        pause.verify(AT_ONCE);
        assertThat(scene.log()).endsWith("start", "event /tasks/start", "pause", "event /tasks/paused");
    }

    @Test
    void change_cancelled_isLetRunToItsEnd() {
        scene.launch(ID);
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().after("pause", answer.asMono());

        orchestrator().pause(ID).subscribe().dispose();
        answer.tryEmitEmpty();

        assertThat(scene.log()).doesNotContain("pause cancelled").endsWith("event /tasks/paused");
    }

    @Test
    void change_behindARemoval_findsNoContainer() {
        scene.launch(ID);
        Sinks.Empty<Void> deletion = Sinks.empty();
        scene.runtime().before("delete force", deletion.asMono());
        scene.runtime().end(ID, ExitStatus.exited(0));
        orchestrator().remove(ID, DeleteOptions.defaults()).subscribe();
        StepVerifier update = StepVerifier.create(orchestrator().update(ID, LinuxResources.none()))
                .expectError(NoSuchContainerException.class)
                .verifyLater();

        deletion.tryEmitEmpty();

        update.verify(AT_ONCE);
    }

    @Test
    void stop_heedsTheSignal_tellsTheStatusAndLeavesItStopped() {
        scene.launch(ID);

        StepVerifier.create(orchestrator().stop(ID, StopOptions.defaults().withSignal(Signal.INT)))
                .expectNext(ExitStatus.signaled(Signal.INT))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).doesNotContain("kill SIGKILL all").endsWith("kill SIGINT", "event /tasks/exit");
        assertThat(status()).isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    void stop_ignoresTheSignal_isKilledAfterTheGracePeriod() {
        scene.runtime().ignoring(Signal.TERM);

        StepVerifier.withVirtualTime(() -> orchestrator()
                        .launch(LaunchRequest.bundle(ID, Scene.BUNDLE))
                        .then(orchestrator().stop(ID, StopOptions.defaults())))
                .expectSubscription()
                .expectNoEvent(GRACE.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(ExitStatus.signaled(Signal.KILL))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void stop_waitsForTheGracePeriod_holdsUpNoKill() {
        scene.runtime().ignoring(Signal.TERM);
        scene.launch(ID);
        StepVerifier stop = StepVerifier.create(orchestrator().stop(ID, StopOptions.defaults()))
                .expectNext(ExitStatus.signaled(Signal.KILL))
                .expectComplete()
                .verifyLater();

        orchestrator().kill(ID, Signal.KILL, KillOptions.init()).block(AT_ONCE);

        stop.verify(AT_ONCE);
        assertThat(scene.log()).endsWith("kill SIGTERM", "kill SIGKILL", "event /tasks/exit");
    }

    @Test
    void stop_paused_isResumedToHeedTheSignal() {
        scene.runtime().ignoring(Signal.TERM);
        scene.launch(ID);
        orchestrator().pause(ID).block(AT_ONCE);

        orchestrator().stop(ID, StopOptions.defaults()).subscribe();

        assertThat(scene.log()).endsWith("kill SIGTERM", "resume", "event /tasks/resumed");
        scene.runtime().end(ID, ExitStatus.exited(0));
    }

    @Test
    void stop_stopped_tellsTheStatusAndSignalsNobody() {
        scene.launch(ID);
        scene.runtime().end(ID, ExitStatus.exited(4));

        StepVerifier.create(orchestrator().stop(ID, StopOptions.defaults()))
                .expectNext(ExitStatus.exited(4))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).noneMatch(line -> line.startsWith("kill"));
    }

    @Test
    void stop_doesNotEnd_saysSo() {
        scene.runtime().ignoring(Signal.TERM).ignoring(Signal.KILL);

        StepVerifier.withVirtualTime(() -> orchestrator()
                        .launch(LaunchRequest.bundle(ID, Scene.BUNDLE))
                        .then(orchestrator().stop(ID, StopOptions.defaults())))
                .thenAwait(GRACE.plus(CALL_TIMEOUT))
                .expectErrorMessage("the runtime did not end container c1 within PT1M")
                .verify(AT_ONCE);
    }

    @Test
    void stop_whatSomebodyRuns_isTheEndOfThatRun() {
        StepVerifier run = StepVerifier.create(scene.run())
                .assertNext(report -> assertThat(report.status()).isEqualTo(ExitStatus.signaled(Signal.TERM)))
                .expectComplete()
                .verifyLater();

        orchestrator().stop(ID, StopOptions.defaults()).block(AT_ONCE);

        run.verify(AT_ONCE);
        assertThat(scene.events()).endsWith("event /tasks/exit", "event /tasks/delete");
    }

    @Test
    void tooMany_waiting_areRefused() {
        scene.launch(ID);
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().before("update", answer.asMono());
        for (int i = 0; i < OperationQueue.CAPACITY; i++) {
            orchestrator().update(ID, LinuxResources.none()).subscribe();
        }

        StepVerifier.create(orchestrator().update(ID, LinuxResources.none()))
                .expectError(TooManyOperationsException.class)
                .verify(AT_ONCE);
        answer.tryEmitEmpty();

        assertThat(scene.log().stream().filter("update"::equals)).hasSize(OperationQueue.CAPACITY);
    }

    @Test
    void foreign_isWorkedWithByTheStateThatTheRuntimeTells() {
        scene.runtime().addContainer(OTHER, Path.of("/other"), Instant.now());

        StepVerifier.create(orchestrator().pause(OTHER))
                .expectError(IllegalContainerStateException.class)
                .verify(AT_ONCE);
        orchestrator().start(OTHER).block(AT_ONCE);
        orchestrator().pause(OTHER).block(AT_ONCE);
        fails(
                orchestrator().attach(OTHER, ContainerStreams.none()),
                "container c2 was not launched here, and its streams are somebody else's");
        orchestrator().remove(OTHER, DeleteOptions.defaults().withForce(true)).block(AT_ONCE);

        assertThat(scene.events()).containsExactly("event /tasks/start", "event /tasks/paused", "event /tasks/delete");
        assertThat(scene.runtime().has(OTHER)).isFalse();
        StepVerifier.create(orchestrator().inspect(OTHER))
                .expectError(NoSuchContainerException.class)
                .verify(AT_ONCE);
    }
}
