// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Restarting;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.RestoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class OrchestratorRestartTest {
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final RestartBackoff BACKOFF = RestartBackoff.defaults().withJitter(0);
    private static final LaunchRequest REQUEST = LaunchRequest.bundle(ID, Scene.BUNDLE);
    private static final LaunchRequest ALWAYS =
            REQUEST.withRestart(RestartPolicy.always().withBackoff(BACKOFF));

    private final CommandFailedException failure = new CommandFailedException("no luck", null, null);
    private final AtomicReference<Mono<Void>> script = new AtomicReference<>(Mono.empty());
    private final Scene scene = new Scene();
    private VirtualTimeScheduler time;

    @BeforeEach
    void setClock() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void close() {
        VirtualTimeScheduler.reset();
        scene.close();
    }

    private static LaunchRequest onFailure(int limit) {
        return REQUEST.withRestart(RestartPolicy.onFailure(limit).withBackoff(BACKOFF));
    }

    private void launch(LaunchRequest request) {
        scene.orchestrator().launch(request).block(AT_ONCE);
    }

    private void end(int code) {
        scene.runtime().end(ID, ExitStatus.exited(code));
    }

    private void await(Duration duration) {
        time.advanceTimeBy(duration);
    }

    private ContainerInfo info() {
        return scene.orchestrator()
                .inspect(ID)
                .blockOptional(AT_ONCE)
                .orElseThrow()
                .info();
    }

    private Mono<ExitStatus> stop() {
        return scene.orchestrator().stop(ID, StopOptions.defaults());
    }

    private void kill(Signal signal) {
        scene.orchestrator().kill(ID, signal, KillOptions.init()).block(AT_ONCE);
    }

    /** Has what is begun with the runtime by that call wait, or fail, as a test says. */
    private void scriptBefore(String call) {
        scene.runtime().before(call, Mono.defer(script::get));
    }

    private void assertNoRestart(int restarts) {
        await(Duration.ofHours(1));
        assertThat(scene.log()).filteredOn("create"::equals).hasSize(1 + restarts);
        assertThat(info().status()).isEqualTo(ContainerStatus.STOPPED);
        assertThat(info().notes().restartsAt()).isNull();
    }

    @Test
    void restart_afterAFailure_followsTheWaitInThePromisedOrder() {
        launch(onFailure(1));
        end(3);

        ContainerNotes waiting = info().notes();
        assertThat(waiting.restarts()).isEqualTo(1);
        assertThat(waiting.restartsAt()).isNotNull();
        assertThat(scene.published(Restarting.class)).isEqualTo(new Restarting(ID, 1, FIRST_WAIT));
        await(FIRST_WAIT.minusMillis(1));
        assertThat(info().status()).isEqualTo(ContainerStatus.STOPPED);
        await(Duration.ofMillis(1));

        assertThat(scene.log())
                .filteredOn(line -> !line.equals("state"))
                .containsExactly(
                        "info",
                        "create",
                        "event /tasks/create",
                        "start",
                        "event /tasks/start",
                        "event /tasks/exit",
                        "event /tasks/restart",
                        "delete force",
                        "event /tasks/delete",
                        "release",
                        "create",
                        "event /tasks/create",
                        "start",
                        "event /tasks/start");
        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(info().exitStatus()).isNull();
        assertThat(info().notes()).isEqualTo(new ContainerNotes(1, null, null, false, null));
    }

    @Test
    void restart_limitIsReached_staysStopped() {
        launch(onFailure(2));
        for (int life = 0; life < 3; life++) {
            end(7);
            await(Duration.ofMinutes(1));
        }

        assertNoRestart(2);
        assertThat(info().exitStatus()).isEqualTo(ExitStatus.exited(7));
        assertThat(info().notes()).isEqualTo(new ContainerNotes(2, null, null, false, EndReason.PROGRAM));
    }

    @Test
    void restart_success_isNoFailure() {
        launch(onFailure(0));
        end(0);

        assertNoRestart(0);
    }

    @Test
    void restart_removedAtEnd_isRemovedAfterTheLast() {
        launch(onFailure(1).withRemovedAtEnd(true));
        end(1);
        await(FIRST_WAIT);
        assertThat(scene.runtime().has(ID)).isTrue();
        end(1);

        assertThat(scene.runtime().has(ID)).isFalse();
        assertThat(scene.events()).endsWith("event /tasks/exit", "event /tasks/delete");
    }

    @Test
    void stop_duringTheWait_endsItWithTheLastStatus() {
        launch(ALWAYS);
        end(4);

        assertThat(stop().block(AT_ONCE)).isEqualTo(ExitStatus.exited(4));

        assertNoRestart(0);
        scene.orchestrator().remove(ID, DeleteOptions.defaults()).block(AT_ONCE);
        assertThat(scene.events()).endsWith("event /tasks/restart", "event /tasks/delete");
    }

    @Test
    void stop_whatRuns_isNotStartedAgain() {
        launch(ALWAYS);

        assertThat(stop().block(AT_ONCE)).isEqualTo(ExitStatus.signaled(Signal.TERM));

        assertNoRestart(0);
        assertThat(info().notes().endReason()).isEqualTo(EndReason.REQUEST);
    }

    @Test
    void stop_whileTheRestartIsUnderWay_endsTheNewLife() {
        launch(ALWAYS);
        scriptBefore("create");
        Sinks.Empty<Void> creation = Sinks.empty();
        script.set(creation.asMono());
        end(1);
        await(FIRST_WAIT);
        StepVerifier stopping = StepVerifier.create(stop())
                .expectNext(ExitStatus.signaled(Signal.TERM))
                .expectComplete()
                .verifyLater();

        creation.tryEmitEmpty();

        stopping.verify(AT_ONCE);
        assertNoRestart(1);
    }

    @Test
    void kill_bySignalThatAsksForTheEnd_isNotStartedAgain() {
        launch(ALWAYS);
        kill(Signal.HUP);
        await(FIRST_WAIT);
        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);

        kill(Signal.KILL);

        assertNoRestart(1);
    }

    @Test
    void kill_duringTheWait_endsItIfItAsksForTheEnd() {
        launch(ALWAYS);
        end(1);
        StepVerifier.create(scene.orchestrator().kill(ID, Signal.HUP, KillOptions.init()))
                .expectError(ContainerNotRunningException.class)
                .verify(AT_ONCE);
        assertThat(info().notes().restartsAt()).isNotNull();

        kill(Signal.TERM);

        assertNoRestart(0);
    }

    @Test
    void kill_thatFails_changesNothing() {
        launch(ALWAYS);
        scene.runtime().before("kill SIGTERM", Mono.error(failure));
        StepVerifier.create(scene.orchestrator().kill(ID, Signal.TERM, KillOptions.init()))
                .expectError(CommandFailedException.class)
                .verify(AT_ONCE);

        end(1);
        await(FIRST_WAIT);

        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void checkpoint_thatEndsIt_isNotStartedAgain() {
        launch(ALWAYS);
        scene.runtime().after("checkpoint /image", Mono.fromRunnable(() -> end(0)));

        scene.orchestrator()
                .checkpoint(ID, CheckpointOptions.to(Path.of("/image")))
                .block(AT_ONCE);

        assertNoRestart(0);
        assertThat(info().notes().endReason()).isEqualTo(EndReason.REQUEST);
    }

    @Test
    void remove_duringTheWait_leavesNothing() {
        for (DeleteOptions options : List.of(DeleteOptions.defaults(), BY_FORCE)) {
            launch(ALWAYS);
            end(1);

            scene.orchestrator().remove(ID, options).block(AT_ONCE);

            await(Duration.ofHours(1));
            assertThat(scene.runtime().has(ID)).isFalse();
            assertThat(scene.log()).endsWith("delete force", "event /tasks/delete", "release");
        }
    }

    @Test
    void remove_inTheLineBeforeTheRestart_tellsHowTheLastEnded() {
        launch(ALWAYS);
        Sinks.Empty<Void> update = Sinks.empty();
        scene.runtime().before("update", update.asMono());
        scene.orchestrator().update(ID, LinuxResources.none()).subscribe();
        end(1);
        StepVerifier waiting = StepVerifier.create(scene.orchestrator().waitFor(ID))
                .expectNext(ExitStatus.exited(1))
                .expectComplete()
                .verifyLater();
        StepVerifier removing = StepVerifier.create(scene.orchestrator().remove(ID, DeleteOptions.defaults()))
                .expectComplete()
                .verifyLater();

        await(FIRST_WAIT);
        update.tryEmitEmpty();

        waiting.verify(AT_ONCE);
        removing.verify(AT_ONCE);
        assertThat(scene.log()).containsOnlyOnce("create");
        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    void remove_byForceWhatRuns_isNotStartedAgain() {
        launch(ALWAYS);

        scene.orchestrator().remove(ID, BY_FORCE).block(AT_ONCE);

        await(Duration.ofHours(1));
        assertThat(scene.events()).doesNotContain("event /tasks/restart").endsWith("event /tasks/delete");
    }

    @Test
    void remove_whileTheRestartIsUnderWay_leavesNothing() {
        launch(ALWAYS);
        scriptBefore("create");
        Sinks.Empty<Void> creation = Sinks.empty();
        script.set(creation.asMono());
        end(1);
        await(FIRST_WAIT);
        StepVerifier removing = StepVerifier.create(scene.orchestrator().remove(ID, BY_FORCE))
                .expectComplete()
                .verifyLater();

        creation.tryEmitEmpty();
        await(Duration.ofHours(1));

        removing.verify(AT_ONCE);
        assertThat(scene.runtime().has(ID)).isFalse();
        StepVerifier.create(scene.orchestrator().inspect(ID))
                .expectError(NoSuchContainerException.class)
                .verify(AT_ONCE);
    }

    @Test
    void disposeLater_duringTheWaitAndTheRestart_leavesNothing() {
        launch(ALWAYS);
        scriptBefore("delete force");
        Sinks.Empty<Void> deletion = Sinks.empty();
        script.set(deletion.asMono());
        end(1);
        await(FIRST_WAIT);
        StepVerifier disposing = StepVerifier.create(scene.orchestrator().disposeLater())
                .expectComplete()
                .verifyLater();

        deletion.tryEmitEmpty();

        disposing.verify(AT_ONCE);
        assertThat(scene.runtime().has(ID)).isFalse();
        assertThat(scene.log()).containsOnlyOnce("create", "delete force", "event /tasks/delete", "release");
    }

    @Test
    void waitFor_tellsTheLifeThatGoesOnOrComesNext() {
        launch(ALWAYS);
        StepVerifier first = StepVerifier.create(scene.orchestrator().waitFor(ID))
                .expectNext(ExitStatus.exited(1))
                .expectComplete()
                .verifyLater();
        end(1);
        first.verify(AT_ONCE);
        StepVerifier second = StepVerifier.create(scene.orchestrator().waitFor(ID))
                .expectNext(ExitStatus.exited(2))
                .expectComplete()
                .verifyLater();

        await(FIRST_WAIT);
        end(2);

        second.verify(AT_ONCE);
    }

    @Test
    void attach_duringTheWait_staysForTheNextLife() {
        launch(ALWAYS);
        end(1);
        ContainerStreams streams = new RelayedStreams(
                ContainerStdio.outputPipes(), process -> process.stdout().then());
        StepVerifier attached = StepVerifier.create(scene.orchestrator().attach(ID, streams))
                .expectNext(ExitStatus.exited(2))
                .expectComplete()
                .verifyLater();

        await(FIRST_WAIT);
        end(2);

        attached.verify(AT_ONCE);
        assertThat(scene.orchestrator()
                        .inspect(ID)
                        .blockOptional(AT_ONCE)
                        .orElseThrow()
                        .attached())
                .isZero();
    }

    @Test
    void attach_duringAWaitThatIsEnded_endsWithTheLastStatus() {
        launch(ALWAYS);
        end(1);
        ContainerStreams streams = new RelayedStreams(
                ContainerStdio.outputPipes(), process -> process.stdout().then());
        StepVerifier attached = StepVerifier.create(scene.orchestrator().attach(ID, streams))
                .expectNext(ExitStatus.exited(1))
                .expectComplete()
                .verifyLater();

        stop().block(AT_ONCE);

        attached.verify(AT_ONCE);
    }

    @Test
    void restart_creationFails_isTriedAgainAsAFailure() {
        launch(onFailure(2));
        scriptBefore("create");
        script.set(Mono.error(failure));
        end(1);
        await(FIRST_WAIT);
        assertThat(info().status()).isEqualTo(ContainerStatus.STOPPED);
        assertThat(info().exitStatus()).isEqualTo(ExitStatus.unknown());
        assertThat(info().notes().restarts()).isEqualTo(2);

        script.set(Mono.empty());
        await(FIRST_WAIT.multipliedBy(2));

        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
        end(1);
        assertNoRestart(2);
        assertThat(scene.events()).filteredOn("event /tasks/delete"::equals).hasSize(1);
    }

    @Test
    void restart_startFails_endsWhatWasCreatedAndIsTriedAgain() {
        launch(ALWAYS);
        scriptBefore("start");
        script.set(Mono.error(failure));
        end(1);
        await(FIRST_WAIT);
        assertThat(scene.log())
                .filteredOn(line -> !line.equals("state"))
                .endsWith("start", "kill SIGKILL all", "event /tasks/exit", "event /tasks/restart");

        script.set(Mono.empty());
        await(FIRST_WAIT.multipliedBy(2));

        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
        scene.orchestrator().remove(ID, BY_FORCE).block(AT_ONCE);
    }

    @Test
    void restart_ofWhatWasRestored_beginsAnew() {
        scene.orchestrator()
                .restore(ALWAYS, RestoreOptions.from(Path.of("/image")))
                .block(AT_ONCE);
        end(1);
        await(FIRST_WAIT);

        assertThat(scene.log()).containsOnlyOnce("restore /image", "create", "start");
    }

    @Test
    void restart_whilePaused_isProbedAndPausedAsBefore() {
        launch(ALWAYS);
        scene.orchestrator().pause(ID).block(AT_ONCE);
        end(1);
        await(FIRST_WAIT);

        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
        scene.orchestrator().pause(ID).block(AT_ONCE);
        assertThat(info().status()).isEqualTo(ContainerStatus.PAUSED);
    }
}
