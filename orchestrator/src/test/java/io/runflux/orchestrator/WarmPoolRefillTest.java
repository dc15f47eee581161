// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.WarmPoolScene.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class WarmPoolRefillTest {
    private static final Duration AGE = Duration.ofMinutes(10);
    /** None that would open the circuit to the runtime. */
    private final RuntimeException gone = new IllegalStateException("gone");

    private final WarmPoolScene scene = new WarmPoolScene();

    @AfterEach
    void close() {
        scene.close();
    }

    private static WarmPoolOptions creating(int ready, int atOnce) {
        return ready(ready)
                .withRefill(new WarmPoolOptions.Refill(atOnce, Duration.ofMillis(100), Duration.ofMillis(400)));
    }

    /** A pool that could not create its first two. */
    private WarmPool failing() {
        scene.runtime().before("create", Mono.error(gone));
        WarmPool pool = scene.pool(creating(4, 1));
        StepVerifier.create(pool.warmUp()).expectErrorMessage("gone").verify(AT_ONCE);
        return pool;
    }

    @Test
    void refill_slowRuntime_createsNotMoreAtOnceThanAllowed() {
        Sinks.Empty<Void> gate = Sinks.empty();
        scene.runtime().before("create", gate.asMono());
        WarmPool pool = scene.pool(creating(5, 2));

        StepVerifier.create(pool.warmUp())
                .then(() -> assertThat(pool.status()).isEqualTo(new WarmPoolStatus(0, 2, 0, 0, 0)))
                .then(gate::tryEmitEmpty)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(5, 0, 0, 0, 0));
        assertThat(scene.calls("create")).isEqualTo(5);
    }

    @Test
    void refill_creationFails_restsTwiceAsLongEachTimeUpToABound() {
        WarmPool pool = failing();
        assertThat(scene.calls("create")).isEqualTo(1);

        for (int pause : List.of(100, 200, 400, 400)) {
            long before = scene.calls("create");
            scene.advance(Duration.ofMillis(pause - 1));
            assertThat(scene.calls("create")).isEqualTo(before);
            scene.advance(Duration.ofMillis(1));
            assertThat(scene.calls("create")).isEqualTo(before + 1);
        }
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(0, 0, 0, 0, 5));
    }

    @Test
    void refill_severalFailAtOnce_countAsOneFailure() {
        Sinks.Empty<Void> gate = Sinks.empty();
        scene.runtime().before("create", gate.asMono());
        WarmPool pool = scene.pool(creating(4, 2));

        StepVerifier.create(pool.warmUp())
                .then(() -> gate.tryEmitError(gone))
                .expectErrorMessage("gone")
                .verify(AT_ONCE);

        assertThat(scene.calls("create")).isEqualTo(2);
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(0, 0, 0, 0, 1));
    }

    @Test
    void refill_afterAFailure_triesOneBeforeItGoesOn() {
        WarmPool pool = failing();
        Sinks.Empty<Void> gate = Sinks.empty();
        scene.runtime().before("create", gate.asMono());

        scene.advance(Duration.ofMillis(100));
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(0, 1, 0, 0, 1));
        gate.tryEmitEmpty();

        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(4, 0, 0, 0, 0));
    }

    @Test
    void refill_resting_doesNotKeepBorrowersFromTheirOwn() {
        WarmPool pool = failing();
        scene.runtime().before("create", Mono.empty());

        WarmContainer borrowed = pool.borrow().blockOptional(AT_ONCE).orElseThrow();

        assertThat(scene.has(borrowed.id())).isTrue();
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(0, 0, 1, 0, 1));
    }

    @Test
    void ready_old_isReplacedBeforeItsAge() {
        scene.warm(ready(3).withMaxAge(AGE));
        List<String> first = scene.containers();

        scene.advance(AGE.multipliedBy(89).dividedBy(100));
        assertThat(scene.containers()).isEqualTo(first);
        scene.advance(AGE.multipliedBy(11).dividedBy(100));

        assertThat(scene.containers()).hasSize(3).doesNotContainAnyElementsOf(first);
        assertThat(scene.peak()).isEqualTo(3);
    }

    @Test
    void ready_borrowed_agesNoMore() {
        WarmPool pool = scene.warm(ready(1).withMaxAge(AGE));
        WarmContainer borrowed = pool.borrow().blockOptional(AT_ONCE).orElseThrow();

        scene.advance(AGE.multipliedBy(2));

        assertThat(scene.has(borrowed.id())).isTrue();
    }

    @Test
    void ready_oldAndNotRemovable_isReplacedWhenItsRemovalHasFailed() {
        WarmPool pool = scene.warm(ready(1).withMaxAge(AGE));
        Sinks.Empty<Void> deletion = Sinks.empty();
        scene.runtime().before("delete force", deletion.asMono());

        scene.advance(AGE);
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(0, 0, 0, 0, 0));
        deletion.tryEmitError(gone);

        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
    }

    @Test
    void disposal_full_removesTheReadyAndLeavesTheBorrowed() {
        WarmPool pool = scene.warm(ready(2));
        WarmContainer borrowed = pool.borrow().blockOptional(AT_ONCE).orElseThrow();

        pool.disposeLater().block(AT_ONCE);
        assertThat(scene.containers()).containsExactly(borrowed.id().value());
        borrowed.remove().block(AT_ONCE);

        assertThat(scene.containers()).isEmpty();
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(0, 0, 0, 0, 0));
    }

    @Test
    void disposal_creationUnderWay_waitsForItAndRemovesIt() {
        Sinks.Empty<Void> gate = Sinks.empty();
        scene.runtime().before("create", gate.asMono());
        WarmPool pool = scene.pool(ready(1));
        StepVerifier warming = StepVerifier.create(pool.warmUp())
                .expectErrorMessage("the pool web was disposed of")
                .verifyLater();

        StepVerifier.create(pool.disposeLater())
                .expectSubscription()
                .then(gate::tryEmitEmpty)
                .expectComplete()
                .verify(AT_ONCE);

        warming.verify(AT_ONCE);
        assertThat(scene.containers()).isEmpty();
        assertThat(scene.log()).containsExactly("create", "delete force");
    }

    @Test
    void disposal_repeated_waitsForTheSameEnd() {
        WarmPool pool = scene.warm(ready(1));
        Sinks.Empty<Void> deletion = Sinks.empty();
        scene.runtime().before("delete force", deletion.asMono());
        pool.disposeLater().subscribe();

        StepVerifier.create(pool.disposeLater())
                .expectSubscription()
                .then(() -> assertThat(scene.containers()).hasSize(1))
                .then(deletion::tryEmitEmpty)
                .expectComplete()
                .verify(AT_ONCE);
        assertThat(scene.containers()).isEmpty();
    }

    @Test
    void disposal_notRemovable_endsNevertheless() {
        WarmPool pool = scene.warm(ready(1));
        scene.runtime().before("delete force", Mono.error(gone));

        StepVerifier.create(pool.disposeLater()).expectComplete().verify(AT_ONCE);
    }

    @Test
    void disposal_resting_createsNothingLater() {
        WarmPool pool = failing();

        pool.disposeLater().block(AT_ONCE);
        scene.advance(AGE);

        assertThat(scene.calls("create")).isEqualTo(1);
    }

    @Test
    void borrow_disposedOf_isRefused() {
        WarmPool pool = scene.warm(ready(1, 1, 1));
        WarmContainer borrowed = pool.borrow().blockOptional(AT_ONCE).orElseThrow();
        StepVerifier waiting = StepVerifier.create(pool.borrow())
                .expectErrorMessage("the pool web was disposed of")
                .verifyLater();

        pool.disposeLater().block(AT_ONCE);

        waiting.verify(AT_ONCE);
        StepVerifier.create(pool.borrow())
                .expectErrorMessage("the pool web was disposed of")
                .verify(AT_ONCE);
        assertThat(scene.has(borrowed.id())).isTrue();
    }

    @Test
    void options_nonsense_isRefusedWithItsValue() {
        assertThatThrownBy(() -> ready(0)).hasMessage("number of ready containers must be at least 1, was 0");
        assertThatThrownBy(() -> ready(1).withMaxAge(Duration.ZERO))
                .hasMessage("maximum age must be more than zero, was PT0S");
        assertThatThrownBy(() -> new WarmPoolOptions.Refill(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("longest pause must not be shorter than the first, PT2S, was PT1S");
        assertThatThrownBy(() -> new WarmPoolOptions.Borrowers(1, 0, Duration.ofSeconds(1)))
                .hasMessage("maximum of waiting borrowers must be at least 1, was 0");
    }

    @Test
    void template_ofAnotherContainer_isRefused() {
        WarmPool pool =
                WarmPool.of(scene.orchestrator(), "web", id -> LaunchRequest.bundle(Scene.ID, Scene.BUNDLE), ready(1));

        assertThatThrownBy(() -> pool.borrow().block(AT_ONCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("the template must make a request for container web-.*, was for c1");
    }
}
