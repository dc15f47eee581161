// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.GuardScene.busy;
import static io.runflux.orchestrator.GuardScene.failing;
import static io.runflux.orchestrator.GuardScene.notStarted;
import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.CALL_TIMEOUT;
import static io.runflux.orchestrator.Scene.GRACE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeBusyException;
import io.runflux.runtime.RuntimeUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** That an orchestrator calls its runtime through the guards, and what comes of it. */
class OrchestratorGuardsTest {
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);
    private static final GuardOptions.Breaker BREAKER = GuardOptions.Breaker.defaults();
    private static final ContainerId OTHER = ContainerId.of("c2");
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final Scene scene =
            new Scene(Scene.guards(CALL_TIMEOUT).withBulkhead(new GuardOptions.Bulkhead(1, 1, 1, MAX_WAIT)));
    private final EmbeddedOrchestrator orchestrator = scene.orchestrator();

    @AfterEach
    void close() {
        scene.close();
        VirtualTimeScheduler.reset();
    }

    private Mono<ContainerInfo> launch(ContainerId id) {
        return orchestrator.launch(LaunchRequest.bundle(id, BUNDLE));
    }

    @Test
    void launch_runtimeIsMissing_isLeftAloneAndTriedAgain() {
        breakRuntime();
        assertThat(count("create")).isBetween(2L, (long) BREAKER.minimumCalls());

        StepVerifier.create(launch(OTHER))
                .expectError(CircuitOpenException.class)
                .verify(AT_ONCE);
        assertThat(count("create")).isBetween(2L, (long) BREAKER.minimumCalls());

        scene.runtime().before("create", Mono.empty());
        time.advanceTimeBy(BREAKER.pause().plusMillis(1));
        StepVerifier.create(launch(OTHER)).expectNextCount(1).expectComplete().verify(AT_ONCE);
    }

    @Test
    void remove_runtimeIsLeftAlone_isDoneAllTheSame() {
        scene.launch(ID);
        breakRuntime();

        StepVerifier.create(orchestrator.remove(ID, BY_FORCE)).expectComplete().verify(AT_ONCE);

        assertThat(scene.runtime().has(ID)).isFalse();
    }

    private void breakRuntime() {
        scene.runtime().before("create", Mono.error(new RuntimeUnavailableException("runc is gone", null)));
        for (int i = 0; i < BREAKER.window(); i++) {
            subscribe(launch(OTHER));
        }
    }

    @Test
    void launch_allPlacesHang_waitsOrIsRefusedAndWhatEndsIsNot() {
        scene.launch(ID);
        scene.runtime().before("create", Mono.never());
        subscribe(launch(OTHER));
        AtomicReference<@Nullable Throwable> waiting = subscribe(launch(ContainerId.of("c3")));

        StepVerifier.create(launch(ContainerId.of("c4")))
                .expectError(TooManyCallsException.class)
                .verify(AT_ONCE);
        StepVerifier.create(orchestrator.stop(ID, StopOptions.defaults()).then(orchestrator.remove(ID, BY_FORCE)))
                .expectComplete()
                .verify(AT_ONCE);
        assertThat(waiting).hasNullValue();

        time.advanceTimeBy(MAX_WAIT);
        assertThat(waiting.get()).isInstanceOf(TooManyCallsException.class);
        assertThat(count("create")).isEqualTo(2);
    }

    @Test
    void launch_creationNeverBegan_isRepeated() {
        scene.runtime().before("create", failing(2, notStarted(Reason.PROGRAM_BUSY)));

        StepVerifier.create(launch(ID))
                .then(() -> time.advanceTimeBy(AT_ONCE))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(count("create")).isEqualTo(3);
        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/start");
    }

    @Test
    void launch_startMetSomethingBusy_isNotRepeatedAndLeavesNothing() {
        scene.runtime().before("start", failing(1, busy()));

        StepVerifier.create(launch(ID)).expectError(RuntimeBusyException.class).verify(AT_ONCE);

        assertThat(count("start")).isEqualTo(1);
        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    void run_deletionMeetsSomethingBusy_isRepeatedAndDoesWell() {
        scene.runtime()
                .after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(0))))
                .before("delete force", failing(2, busy()));

        StepVerifier.create(scene.run())
                .then(() -> time.advanceTimeBy(AT_ONCE))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(count("delete force")).isEqualTo(3);
    }

    @Test
    void exec_hanging_failsSayingWhatTheContainerIs() {
        scene.launch(ID);
        scene.runtime().before("exec", Mono.never());

        StepVerifier.create(orchestrator.exec(ExecRequest.of(ID, List.of("true"))))
                .then(() -> time.advanceTimeBy(CALL_TIMEOUT))
                .expectErrorMessage("the runtime did not execute in container c1 within PT1M; the container is running")
                .verify(AT_ONCE);

        assertThat(scene.events()).endsWith("event /tasks/exec-added", "event /tasks/delete");
    }

    @Test
    void restore_hanging_failsAndLeavesNothing() {
        scene.runtime().after("restore /image", Mono.never());

        StepVerifier.create(
                        orchestrator.restore(LaunchRequest.bundle(ID, BUNDLE), RestoreOptions.from(Path.of("/image"))))
                .then(() -> time.advanceTimeBy(CALL_TIMEOUT))
                .expectErrorMessage("the runtime did not restore container c1 within PT1M; the container is running")
                .verify(AT_ONCE);

        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    void stop_firstSignalIsNotAnswered_killsAfterTheGracePeriod() {
        scene.launch(ID);
        scene.runtime().before("kill " + Signal.TERM, Mono.never());

        StepVerifier.create(orchestrator.stop(ID, StopOptions.defaults().withGracePeriod(GRACE)))
                .then(() -> time.advanceTimeBy(CALL_TIMEOUT.plus(GRACE).minusMillis(1)))
                .then(() -> assertThat(scene.runtime().container(ID).hasEnded()).isFalse())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectNext(ExitStatus.signaled(Signal.KILL))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void disposeLater_moreContainersThanMayWait_endsThemAll() {
        int many = 50;
        for (int i = 0; i < many; i++) {
            scene.launch(ContainerId.of("many-" + i));
        }
        scene.runtime()
                .before("delete force", Mono.defer(() -> Mono.delay(MAX_WAIT)).then());

        StepVerifier.create(orchestrator.disposeLater())
                .then(() -> time.advanceTimeBy(MAX_WAIT.multipliedBy(many)))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.events().stream().filter("event /tasks/delete"::equals))
                .hasSize(many);
    }

    @Test
    void runtime_hanging_isGuardedToo() {
        scene.runtime().before("state", Mono.never());

        StepVerifier.create(orchestrator.runtime().state(ID))
                .then(() -> time.advanceTimeBy(CALL_TIMEOUT))
                .expectError(CallTimeoutException.class)
                .verify(AT_ONCE);
    }

    private long count(String call) {
        return scene.log().stream().filter(call::equals).count();
    }

    /** Tells what it failed with. */
    private static AtomicReference<@Nullable Throwable> subscribe(Mono<?> work) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        work.subscribe(value -> {}, failure::set);
        return failure;
    }
}
