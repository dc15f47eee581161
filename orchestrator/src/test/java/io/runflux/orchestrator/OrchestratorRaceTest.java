// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.util.RaceTestUtils;

class OrchestratorRaceTest {
    private static final int ROUNDS = 500;
    private static final List<String> UNSTARTED = List.of("event /tasks/create", "event /tasks/delete");
    private static final List<String> WHOLE =
            List.of("event /tasks/create", "event /tasks/start", "event /tasks/exit", "event /tasks/delete");

    @Test
    void run_cancelRacesWithSubscription_leavesNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                Mono<RunReport> run = scene.run();
                AtomicReference<Subscription> subscription = new AtomicReference<>();

                RaceTestUtils.race(
                        () -> run.doOnSubscribe(subscription::set).subscribe(), () -> cancelOnceThere(subscription));

                assertNothingIsLeft(scene, List.of(List.of(), UNSTARTED, WHOLE));
            }
        }
    }

    @Test
    void run_cancelRacesWithTheEndOfCreation_leavesNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                Sinks.Empty<Void> creation = Sinks.empty();
                scene.runtime().before("create", creation.asMono());
                Disposable run = scene.run().subscribe();

                RaceTestUtils.race(creation::tryEmitEmpty, run::dispose);

                assertNothingIsLeft(scene, List.of(UNSTARTED, WHOLE));
            }
        }
    }

    @Test
    void run_cancelRacesWithTheExit_publishesEachEventOnce() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                AtomicReference<Throwable> error = new AtomicReference<>();
                Disposable run = scene.run().subscribe(report -> {}, error::set);
                FakeContainer container = scene.runtime().container(ID);

                RaceTestUtils.race(() -> container.end(ExitStatus.exited(0)), run::dispose);

                assertNothingIsLeft(scene, List.of(WHOLE));
                assertThat(error).hasNullValue();
            }
        }
    }

    @Test
    void run_disposalRacesWithSubscription_isRefusedOrStopped() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                AtomicReference<Throwable> error = new AtomicReference<>();
                Mono<RunReport> run = scene.run();

                RaceTestUtils.race(
                        () -> run.subscribe(report -> {}, error::set),
                        () -> scene.orchestrator().disposeLater().block(AT_ONCE));

                assertNothingIsLeft(scene, List.of(List.of(), UNSTARTED, WHOLE));
                assertThat(error.get()).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private static void cancelOnceThere(AtomicReference<Subscription> subscription) {
        while (subscription.get() == null) {
            Thread.onSpinWait();
        }
        subscription.get().cancel();
    }

    /** Disposal waits for what a cancelled run still does. */
    private static void assertNothingIsLeft(Scene scene, List<List<String>> allowed) {
        scene.orchestrator().disposeLater().block(AT_ONCE);
        assertThat(scene.runtime().has(ID)).isFalse();
        assertThat(scene.events()).isIn(allowed);
    }
}
