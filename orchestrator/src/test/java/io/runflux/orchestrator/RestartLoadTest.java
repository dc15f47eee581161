// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.runtime.DeleteOptions;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.util.RaceTestUtils;

/** Restarts without number, and together with everything else. */
class RestartLoadTest {
    private static final int RESTARTS = 10_000;
    private static final int ROUNDS = 300;
    private static final int DEEPEST = 600;
    private static final Duration WAIT = Duration.ofMillis(1);
    private static final RestartBackoff QUICK =
            RestartBackoff.defaults().withFirst(WAIT).withMax(WAIT).withJitter(0);
    private static final LaunchRequest REQUEST = LaunchRequest.bundle(ID, Scene.BUNDLE)
            .withRestart(RestartPolicy.always().withBackoff(QUICK));
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private final AtomicReference<Throwable> error = new AtomicReference<>();

    @AfterEach
    void resetClock() {
        VirtualTimeScheduler.reset();
    }

    @Tag("once")
    @Test
    void restart_tenThousandTimes_needsNoDeepStackAndKeepsNothing() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        List<WeakReference<FakeContainer>> lives = new CopyOnWriteArrayList<>();
        FakeOciRuntime runtime = new FakeOciRuntime(line -> {});
        runtime.after("start", Mono.fromRunnable(() -> {
            if (starts.incrementAndGet() % 1000 == 0) {
                deepest.accumulateAndGet(new Throwable().getStackTrace().length, Math::max);
                lives.add(new WeakReference<>(runtime.container(ID)));
            }
            runtime.end(ID, ExitStatus.exited(1));
        }));
        EmbeddedOrchestrator orchestrator = Orchestrator.builder()
                .launcher(new Scene.NoLauncher())
                .runtime(launcher -> runtime)
                .memoryKills(pid -> Mono.empty())
                .build();
        orchestrator.launch(REQUEST).block(AT_ONCE);

        time.advanceTimeBy(WAIT.multipliedBy(RESTARTS));

        assertThat(starts).hasValue(RESTARTS + 1);
        assertThat(deepest).hasValueLessThan(DEEPEST);
        System.gc();
        assertThat(lives.subList(0, lives.size() - 1)).allMatch(life -> life.get() == null);
        orchestrator.disposeLater().block(AT_ONCE);
        assertThat(runtime.has(ID)).isFalse();
    }

    private void await(Mono<?> operation) {
        operation.doOnError(error::set).onErrorComplete().block(AT_ONCE);
    }

    @Test
    void stop_racesWithTheExitAndTheRestart_endsItForGood() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                scene.orchestrator().launch(REQUEST).block(AT_ONCE);
                FakeContainer container = scene.runtime().container(ID);
                boolean isEarly = round % 2 == 0;
                if (isEarly) {
                    container.end(ExitStatus.exited(1));
                }

                RaceTestUtils.race(
                        () -> container.end(ExitStatus.exited(1)),
                        () -> await(scene.orchestrator().stop(ID, StopOptions.defaults())));

                assertThat(error).hasNullValue();
                int creations = creations(scene);
                await(scene.orchestrator().remove(ID, DeleteOptions.defaults()));
                assertThat(error).hasNullValue();
                assertThat(creations(scene)).isEqualTo(creations);
                assertThat(scene.runtime().has(ID)).isFalse();
            }
        }
    }

    private static int creations(Scene scene) {
        return (int) scene.log().stream().filter("create"::equals).count();
    }

    @Test
    void remove_racesWithTheRestart_leavesNothingAndEachLifeIsWhole() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                scene.runtime()
                        .after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(1))));
                scene.orchestrator().launch(REQUEST).block(AT_ONCE);
                Mono.delay(Duration.ofMillis(round % 4)).block(AT_ONCE);

                await(scene.orchestrator().remove(ID, BY_FORCE));

                assertThat(error).hasNullValue();
                scene.orchestrator().disposeLater().block(AT_ONCE);
                assertThat(scene.runtime().has(ID)).isFalse();
                assertLivesAreWhole(scene.events());
            }
        }
    }

    private static void assertLivesAreWhole(List<String> events) {
        String all = String.join(" ", events).replace("event /tasks/", "");
        assertThat(all).matches("(create start exit (restart )?delete ?)+|.*create delete");
    }
}
