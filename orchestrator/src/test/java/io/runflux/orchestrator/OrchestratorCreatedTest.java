// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What happens to a container at the edges of its life: not yet started, paused, or while it is removed. */
class OrchestratorCreatedTest {
    private static final LaunchRequest REQUEST = LaunchRequest.bundle(ID, Scene.BUNDLE);

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private EmbeddedOrchestrator orchestrator() {
        return scene.orchestrator();
    }

    private void create() {
        orchestrator().create(REQUEST).block(AT_ONCE);
    }

    @Test
    void kill_itWasNotStarted_isSeenToEnd() {
        create();
        StepVerifier end = StepVerifier.create(orchestrator().waitFor(ID))
                .expectNext(ExitStatus.signaled(Signal.KILL))
                .expectComplete()
                .verifyLater();

        orchestrator().kill(ID, Signal.KILL, KillOptions.all()).block(AT_ONCE);

        end.verify(AT_ONCE);
        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/exit");
        StepVerifier.create(orchestrator().start(ID))
                .expectError(IllegalContainerStateException.class)
                .verify(AT_ONCE);
    }

    @Test
    void kill_itWasNotStartedAndWouldBeAgain_isEndedForGood() {
        orchestrator().create(REQUEST.withRestart(RestartPolicy.always())).block(AT_ONCE);

        orchestrator().kill(ID, Signal.KILL, KillOptions.all()).block(AT_ONCE);

        ContainerInfo info =
                orchestrator().inspect(ID).blockOptional(AT_ONCE).orElseThrow().info();
        assertThat(info.status()).isEqualTo(ContainerStatus.STOPPED);
        assertThat(info.notes()).isEqualTo(new ContainerNotes(0, null, null, false, EndReason.REQUEST));
        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/exit");
    }

    @Test
    void stop_whileItIsCreated_endsItThen() {
        Sinks.Empty<Void> creation = Sinks.empty();
        scene.runtime().before("create", creation.asMono());
        orchestrator().create(REQUEST).subscribe();
        StepVerifier stop = StepVerifier.create(orchestrator().stop(ID, StopOptions.defaults()))
                .expectNext(ExitStatus.signaled(Signal.KILL))
                .expectComplete()
                .verifyLater();

        creation.tryEmitEmpty();

        stop.verify(AT_ONCE);
        assertThat(scene.log()).doesNotContain("kill SIGTERM").contains("kill SIGKILL all");
    }

    @Test
    void stop_twiceAtOnce_bothAreTold() {
        create();

        StepVerifier.create(Flux.merge(
                        orchestrator().stop(ID, StopOptions.defaults()),
                        orchestrator().stop(ID, StopOptions.defaults())))
                .expectNextCount(2)
                .expectComplete()
                .verify(AT_ONCE);
    }

    /** Who follows the events may be faster than those who wait. */
    @Test
    void waitFor_removedWhenItsExitIsPublished_isToldAllTheSame() {
        create();
        StepVerifier end = StepVerifier.create(orchestrator().waitFor(ID))
                .expectNext(ExitStatus.signaled(Signal.KILL))
                .expectComplete()
                .verifyLater();
        orchestrator()
                .events()
                .filter(event -> event.topic().path().equals("/tasks/exit"))
                .flatMap(event -> orchestrator().remove(ID, DeleteOptions.defaults()))
                .subscribe();

        scene.runtime().end(ID, ExitStatus.signaled(Signal.KILL));

        end.verify(AT_ONCE);
        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    void remove_beforeAStart_comesFirst() {
        create();
        Sinks.Empty<Void> update = Sinks.empty();
        scene.runtime().before("update", update.asMono());
        orchestrator().update(ID, LinuxResources.none()).subscribe();
        StepVerifier removal = StepVerifier.create(orchestrator().remove(ID, DeleteOptions.defaults()))
                .expectComplete()
                .verifyLater();
        StepVerifier start = StepVerifier.create(orchestrator().start(ID))
                .expectError(NoSuchContainerException.class)
                .verifyLater();

        update.tryEmitEmpty();

        removal.verify(AT_ONCE);
        start.verify(AT_ONCE);
        assertThat(scene.log()).doesNotContain("start");
    }

    @Test
    void remove_cancelledWhileTheOutputGoesOn_isDoneAllTheSame() {
        scene.runtime().holdingStreams();
        StepVerifier.withVirtualTime(() -> {
                    scene.launch(ID);
                    Disposable removal = orchestrator()
                            .remove(ID, DeleteOptions.defaults().withForce(true))
                            .subscribe();
                    removal.dispose();
                    return orchestrator().events().next();
                })
                .thenAwait(Scene.CALL_TIMEOUT)
                .expectNextMatches(event -> event.topic().path().equals("/tasks/delete"))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    void remove_deletionFailsAndItEndsLater_isNotListedForEver() {
        scene.launch(ID);
        FakeContainer process = scene.runtime().container(ID);
        scene.runtime().ignoring(Signal.KILL).ignoring(Signal.TERM);
        scene.runtime().before("delete force", Mono.error(new IllegalStateException("no luck")));
        StepVerifier.withVirtualTime(
                        () -> orchestrator().remove(ID, DeleteOptions.defaults().withForce(true)))
                .thenAwait(Scene.CALL_TIMEOUT.multipliedBy(10))
                .expectErrorMessage("no luck")
                .verify(AT_ONCE);

        process.end(ExitStatus.exited(0));

        assertThat(scene.events()).endsWith("event /tasks/exit");
        scene.runtime().forget(ID);
        assertThat(orchestrator().list().collectList().block(AT_ONCE)).isEmpty();
    }

    @Test
    void start_failsAfterItsSubscriberHasLeft_isRemovedAllTheSame() {
        create();
        Sinks.Empty<Void> start = Sinks.empty();
        scene.runtime().before("start", start.asMono());
        orchestrator().start(ID).subscribe().dispose();

        start.tryEmitError(new IllegalStateException("no luck"));

        assertThat(scene.runtime().has(ID)).isFalse();
        assertThat(orchestrator().list().collectList().block(AT_ONCE)).isEmpty();
        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/delete");
    }

    @Test
    void start_cancelledBeforeItsTurn_leavesItCreated() {
        create();
        Sinks.Empty<Void> update = Sinks.empty();
        scene.runtime().before("update", update.asMono());
        orchestrator().update(ID, LinuxResources.none()).subscribe();
        orchestrator().start(ID).subscribe().dispose();

        update.tryEmitEmpty();

        assertThat(scene.runtime().has(ID)).isTrue();
        assertThat(scene.log()).doesNotContain("start");
    }

    @Test
    void start_cancelledAndSucceeds_runs() {
        create();
        Sinks.Empty<Void> start = Sinks.empty();
        scene.runtime().before("start", start.asMono());
        orchestrator().start(ID).subscribe().dispose();

        start.tryEmitEmpty();

        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/start");
        assertThat(scene.runtime().has(ID)).isTrue();
    }

    @Test
    void resize_attachedBeforeTheStart_reachesTheTerminal() {
        create();
        Mono<Void> resized = orchestrator()
                .attach(
                        ID,
                        new RelayedStreams(
                                ContainerStdio.outputPipes(), process -> process.resize(new TerminalSize(40, 120))))
                .then();

        resized.block(AT_ONCE);

        assertThat(scene.log()).endsWith("resize 40 120");
    }

    @Test
    void remove_pausedByForce_isThawedSoThatItDies() {
        scene.launch(ID);
        orchestrator().pause(ID).block(AT_ONCE);

        orchestrator().remove(ID, DeleteOptions.defaults().withForce(true)).block(AT_ONCE);

        assertThat(scene.log()).containsSubsequence("resume", "kill SIGKILL all", "event /tasks/exit", "delete force");
    }

    @Test
    void disposeLater_paused_isThawedSoThatItHeedsTheSignal() {
        scene.launch(ID);
        orchestrator().pause(ID).block(AT_ONCE);
        scene.runtime().ignoring(Signal.TERM);

        StepVerifier.withVirtualTime(() -> orchestrator().disposeLater())
                .thenAwait(Scene.GRACE)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).containsSubsequence("kill SIGTERM", "resume", "kill SIGKILL all");
        assertThat(scene.events()).contains("event /tasks/resumed");
    }

    @Test
    void inspect_created_tellsSo() {
        create();

        assertThat(orchestrator()
                        .inspect(ID)
                        .blockOptional(AT_ONCE)
                        .orElseThrow()
                        .info()
                        .status())
                .isEqualTo(ContainerStatus.CREATED);
    }
}
