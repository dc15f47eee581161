// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.CALL_TIMEOUT;
import static io.runflux.orchestrator.Scene.GRACE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.Signal;
import io.runflux.runtime.CommandFailedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class OrchestratorStopTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String[] LIFE = {
        "event /tasks/create", "event /tasks/start", "event /tasks/exit", "event /tasks/delete"
    };

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private Mono<RunReport> limitedRun() {
        return scene.run(Scene.request().withTimeout(LIMIT).withGracePeriod(GRACE))
                .doOnError(error -> scene.note("told"));
    }

    @Test
    void run_timeoutAndItHeedsTerm_isStoppedPolitely() {
        StepVerifier.withVirtualTime(this::limitedRun)
                .expectSubscription()
                .expectNoEvent(LIMIT.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorMessage("container c1 ran longer than 5m and was stopped")
                .verify(AT_ONCE);

        assertThat(scene.log())
                .endsWith(
                        "kill SIGTERM", "event /tasks/exit", "delete force", "event /tasks/delete", "release", "told");
    }

    @Test
    void run_timeoutAndItIgnoresTerm_isKilledAfterTheGracePeriodAndGoneWhenTold() {
        scene.runtime().ignoring(Signal.TERM);

        StepVerifier.withVirtualTime(this::limitedRun)
                .expectSubscription()
                .expectNoEvent(LIMIT.plus(GRACE).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(scene.log())
                .endsWith(
                        "kill SIGTERM",
                        "kill SIGKILL all",
                        "event /tasks/exit",
                        "delete force",
                        "event /tasks/delete",
                        "release",
                        "told");
    }

    @Test
    void run_timeoutWithoutGracePeriod_isKilledAtOnce() {
        StepVerifier.withVirtualTime(
                        () -> scene.run(Scene.request().withTimeout(LIMIT).withGracePeriod(Duration.ZERO)))
                .thenAwait(LIMIT)
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).doesNotContain("kill SIGTERM").contains("kill SIGKILL all");
    }

    @Test
    void run_timeoutAndKillDoesNotHelp_isDeletedByForceAndTheExitStillComesBeforeTheDeletion() {
        scene.runtime().ignoring(Signal.TERM).ignoring(Signal.KILL);

        StepVerifier.withVirtualTime(this::limitedRun)
                .thenAwait(LIMIT.plus(GRACE).plus(CALL_TIMEOUT))
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(scene.events()).containsExactly(LIFE);
        assertThat(scene.published(Exited.class).exitStatus()).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    void run_killFails_isDeletedByForceAndTheExitStillComesBeforeTheDeletion() {
        CommandFailedException failure = new CommandFailedException("no luck", null, null);
        scene.runtime().before("kill SIGTERM", Mono.error(failure));

        StepVerifier.withVirtualTime(this::limitedRun)
                .thenAwait(LIMIT)
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(scene.events()).containsExactly(LIFE);
    }

    @Test
    void run_timeoutWhileDraining_isDeletedWithoutASignal() {
        scene.runtime().holdingStreams();

        StepVerifier.withVirtualTime(
                        () -> scene.run(Scene.request().withTimeout(LIMIT).withDrainTimeout(LIMIT.multipliedBy(2))))
                .then(() -> scene.runtime().end(ID, ExitStatus.exited(0)))
                .thenAwait(LIMIT)
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).noneMatch(line -> line.startsWith("kill"));
        assertThat(scene.events()).containsExactly(LIFE);
    }

    @Test
    void run_timeoutWhileCreating_waitsForTheCreationAndDeletes() {
        scene.runtime()
                .before(
                        "create",
                        Mono.defer(() -> Mono.delay(LIMIT.plusSeconds(1))).then());

        StepVerifier.withVirtualTime(() ->
                        slowCalls(LIMIT.multipliedBy(2)).run(Scene.request().withTimeout(LIMIT)))
                .expectSubscription()
                .expectNoEvent(LIMIT)
                .thenAwait(Duration.ofSeconds(1))
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/delete");
    }

    private Orchestrator slowCalls(Duration timeout) {
        return scene.builder().guards(Scene.guards(timeout)).build();
    }

    @Test
    void run_cancelledAtSubscription_callsNothing() {
        scene.run().doOnSubscribe(Subscription::cancel).subscribe();

        assertThat(scene.log()).isEmpty();
    }

    @Test
    void run_cancelledWhileCreating_letsTheCreationFinishAndDeletes() {
        Sinks.Empty<Void> creation = Sinks.empty();
        scene.runtime().before("create", creation.asMono());

        scene.run().subscribe().dispose();
        assertThat(scene.log()).endsWith("create");
        creation.tryEmitEmpty();

        assertThat(scene.log())
                .containsExactly(
                        "info", "create", "event /tasks/create", "delete force", "event /tasks/delete", "release");
    }

    @Test
    void run_cancelledWhileStarting_letsTheStartFinishAndStops() {
        Sinks.Empty<Void> start = Sinks.empty();
        scene.runtime().before("start", start.asMono());

        scene.run().subscribe().dispose();
        assertThat(scene.log()).endsWith("start");
        start.tryEmitEmpty();

        assertThat(scene.log()).contains("kill SIGTERM").endsWith("release");
        assertThat(scene.events()).containsExactly(LIFE);
    }

    @Test
    void run_cancelledWhileRunning_stopsAndDeletes() {
        scene.run().subscribe().dispose();

        assertThat(scene.log()).contains("kill SIGTERM").endsWith("release");
        assertThat(scene.events()).containsExactly(LIFE);
    }

    @Test
    void run_cancelledWhileDeleting_letsTheDeletionFinish() {
        Sinks.Empty<Void> deletion = Sinks.empty();
        scene.runtime().before("delete force", deletion.asMono());

        Disposable run = scene.run().subscribe();
        scene.runtime().end(ID, ExitStatus.exited(0));
        run.dispose();
        deletion.tryEmitEmpty();

        assertThat(scene.log()).doesNotContain("delete force cancelled").endsWith("event /tasks/delete", "release");
    }

    @Test
    void disposeLater_whileRunning_stopsAndWaits() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            scene.runtime().ignoring(Signal.TERM);
            AtomicBoolean isDisposed = new AtomicBoolean();
            StepVerifier run = StepVerifier.create(scene.run().doOnError(error -> scene.note("told")))
                    .expectErrorMessage("container c1 was stopped: the orchestrator was disposed of")
                    .verifyLater();

            scene.orchestrator().disposeLater().subscribe(nothing -> {}, error -> {}, () -> isDisposed.set(true));

            time.advanceTimeBy(GRACE.minusMillis(1));
            assertThat(isDisposed).isFalse();
            time.advanceTimeBy(Duration.ofMillis(1));
            assertThat(isDisposed).isTrue();
            run.verify(AT_ONCE);
            assertThat(scene.log()).endsWith("event /tasks/delete", "release", "told");
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void disposeLater_afterACancelledRun_waitsForWhatIsLeftOfIt() {
        Sinks.Empty<Void> creation = Sinks.empty();
        scene.runtime().before("create", creation.asMono());
        scene.run().subscribe().dispose();

        StepVerifier.create(scene.orchestrator().disposeLater())
                .expectSubscription()
                .then(creation::tryEmitEmpty)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).endsWith("release");
    }

    @Test
    void disposeLater_repeated_completesBothTimes() {
        StepVerifier.create(scene.orchestrator()
                        .disposeLater()
                        .then(scene.orchestrator().disposeLater()))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void run_afterDisposal_isRefused() {
        scene.orchestrator().disposeLater().block(AT_ONCE);

        StepVerifier.create(scene.run())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the orchestrator was disposed of"))
                .verify(AT_ONCE);
        assertThat(scene.log()).isEmpty();
    }
}
