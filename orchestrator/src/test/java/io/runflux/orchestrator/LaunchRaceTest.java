// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.runtime.DeleteOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.util.RaceTestUtils;

class LaunchRaceTest {
    private static final int ROUNDS = 300;
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);
    private static final List<String> UNSTARTED = List.of("event /tasks/create", "event /tasks/delete");
    private static final List<String> WHOLE =
            List.of("event /tasks/create", "event /tasks/start", "event /tasks/exit", "event /tasks/delete");

    private final AtomicReference<Throwable> error = new AtomicReference<>();

    private void await(Mono<?> operation) {
        operation.doOnError(error::set).onErrorComplete().block(AT_ONCE);
    }

    private static void assertNothingIsLeft(Scene scene, List<List<String>> allowed) {
        scene.orchestrator().disposeLater().block(AT_ONCE);
        assertThat(scene.runtime().has(ID)).isFalse();
        assertThat(scene.events()).isIn(allowed);
    }

    @Test
    void remove_racesWithTheExit_publishesEachEventOnce() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                scene.launch(ID);
                FakeContainer container = scene.runtime().container(ID);

                RaceTestUtils.race(
                        () -> container.end(ExitStatus.exited(0)),
                        () -> await(scene.orchestrator().remove(ID, BY_FORCE)));

                assertThat(error).hasNullValue();
                assertThat(scene.runtime().has(ID)).isFalse();
                assertNothingIsLeft(scene, List.of(WHOLE));
            }
        }
    }

    @Test
    void stop_racesWithTheExit_tellsAStatus() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                scene.launch(ID);
                FakeContainer container = scene.runtime().container(ID);
                AtomicReference<ExitStatus> status = new AtomicReference<>();

                RaceTestUtils.race(
                        () -> container.end(ExitStatus.exited(0)),
                        () -> await(scene.orchestrator()
                                .stop(ID, StopOptions.defaults())
                                .doOnNext(status::set)));

                assertThat(error).hasNullValue();
                assertThat(status.get()).isNotNull();
                assertNothingIsLeft(scene, List.of(WHOLE));
            }
        }
    }

    @Test
    void cancel_racesWithTheEndOfCreation_leavesNothingOrALaunchedContainer() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                Sinks.Empty<Void> creation = Sinks.empty();
                scene.runtime().before("create", creation.asMono());
                Disposable launch = scene.orchestrator()
                        .launch(LaunchRequest.bundle(ID, Scene.BUNDLE))
                        .subscribe();

                RaceTestUtils.race(creation::tryEmitEmpty, launch::dispose);

                assertNothingIsLeft(scene, List.of(UNSTARTED, WHOLE));
            }
        }
    }

    @Test
    void disposal_racesWithALaunch_leavesNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                EmbeddedOrchestrator orchestrator = scene.orchestrator();

                RaceTestUtils.race(
                        () -> await(orchestrator.launch(LaunchRequest.bundle(ID, Scene.BUNDLE))),
                        () -> orchestrator.disposeLater().block(AT_ONCE));

                assertNothingIsLeft(scene, List.of(List.of(), UNSTARTED, WHOLE));
            }
        }
    }

    @Test
    void launch_racesWithItself_oneIsRefused() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                Mono<ContainerInfo> launch = scene.orchestrator().launch(LaunchRequest.bundle(ID, Scene.BUNDLE));
                AtomicReference<ContainerInfo> launched = new AtomicReference<>();

                RaceTestUtils.race(
                        () -> await(launch.doOnNext(launched::set)), () -> await(launch.doOnNext(launched::set)));

                assertThat(error.getAndSet(null)).hasMessage("container already exists: c1");
                assertThat(launched.get()).isNotNull();
                assertNothingIsLeft(scene, List.of(WHOLE));
            }
        }
    }
}
