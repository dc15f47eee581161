// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.util.RaceTestUtils;

/** By the real clock, since the two who race must be threads of their own. */
class WarmPoolRaceTest {
    private static final int ROUNDS = 200;

    private static WarmPool pool(Scene scene) {
        WarmPoolOptions options =
                WarmPoolOptions.of(2).withBorrowers(new WarmPoolOptions.Borrowers(1, 10, Duration.ofSeconds(30)));
        WarmPool pool = WarmPool.of(scene.orchestrator(), "race", id -> LaunchRequest.bundle(id, BUNDLE), options);
        pool.warmUp().block(AT_ONCE);
        return pool;
    }

    private static long containers(Scene scene) {
        return scene.runtime().list().count().blockOptional().orElseThrow();
    }

    @Test
    void borrow_racesWithDisposal_leavesNothingButTheBorrowed() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                WarmPool pool = pool(scene);
                AtomicReference<@Nullable WarmContainer> borrowed = new AtomicReference<>();
                AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();

                RaceTestUtils.race(
                        () -> pool.borrow()
                                .doOnNext(borrowed::set)
                                .doOnError(refusal::set)
                                .onErrorComplete()
                                .block(AT_ONCE),
                        () -> pool.disposeLater().block(AT_ONCE));

                WarmContainer container = borrowed.get();
                assertThat(container == null).isEqualTo(refusal.get() instanceof IllegalStateException);
                assertThat(containers(scene)).isEqualTo(container == null ? 0 : 1);
            }
        }
    }

    @Test
    void borrow_cancelRacesWithItsStart_leavesNothingAndLosesNoPlace() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                WarmPool pool = pool(scene);
                Sinks.Empty<Void> start = Sinks.empty();
                scene.runtime().before("start", start.asMono());
                Disposable borrower =
                        pool.withContainer(container -> Mono.never()).subscribe();

                RaceTestUtils.race(start::tryEmitEmpty, borrower::dispose);

                pool.withContainer(container -> Mono.just("next")).block(AT_ONCE);
                pool.disposeLater().block(AT_ONCE);
                assertThat(containers(scene)).isZero();
            }
        }
    }

    @Test
    void borrow_cancelInLineRacesWithItsTurn_leavesNothingAndLosesNoPlace() {
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene()) {
                WarmPool pool = pool(scene);
                WarmContainer first = pool.borrow().blockOptional(AT_ONCE).orElseThrow();
                Disposable waiting =
                        pool.withContainer(container -> Mono.never()).subscribe();

                RaceTestUtils.race(() -> first.remove().block(AT_ONCE), waiting::dispose);

                pool.withContainer(container -> Mono.just("next")).block(AT_ONCE);
                pool.disposeLater().block(AT_ONCE);
                assertThat(containers(scene)).isZero();
            }
        }
    }
}
