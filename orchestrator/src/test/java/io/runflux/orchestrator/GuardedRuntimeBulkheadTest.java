// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.GuardScene.busy;
import static io.runflux.orchestrator.GuardScene.failing;
import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.RuntimeUnavailableException;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class GuardedRuntimeBulkheadTest {
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);
    private static final Duration LIMIT = GuardOptions.defaults().limits().call();

    private final GuardScene scene = new GuardScene();
    private final OciRuntime runtime = withOnePlace(10, MAX_WAIT);

    @AfterEach
    void close() {
        scene.close();
    }

    private OciRuntime withOnePlace(int maxWaiting, Duration maxWait) {
        return scene.guarded(
                GuardOptions.defaults().withBulkhead(new GuardOptions.Bulkhead(1, 1, maxWaiting, maxWait)));
    }

    @Test
    void info_noPlaceFree_beginsWhenTheOneBeforeEnds() {
        Sinks.Empty<Void> first = Sinks.empty();
        scene.fake().before("info", first.asMono());
        subscribe(runtime.info());
        scene.fake().before("info", Mono.empty());

        StepVerifier.create(runtime.info())
                .then(() -> assertThat(scene.log()).containsExactly("info"))
                .then(first::tryEmitEmpty)
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void info_cancelled_givesItsPlaceToTheNext() {
        scene.fake().before("info", Mono.never());
        Disposable first = subscribe(runtime.info());
        subscribe(runtime.info());

        first.dispose();

        assertThat(scene.log()).containsExactly("info", "info cancelled", "info");
    }

    @Test
    void info_failed_givesItsPlaceToTheNext() {
        scene.fake().before("info", failing(1, new RuntimeUnavailableException("gone", null)));
        subscribe(runtime.info());

        StepVerifier.create(runtime.info()).expectNextCount(1).expectComplete().verify(AT_ONCE);
    }

    @Test
    void info_cancelledWhileItWaits_isNeverCalled() {
        scene.fake().before("info", Mono.never());
        Disposable first = subscribe(runtime.info());
        Disposable second = subscribe(runtime.info());

        second.dispose();
        first.dispose();

        assertThat(scene.log()).containsExactly("info", "info cancelled");
    }

    @Test
    void info_waitedTooLong_saysSoAndIsNeverCalled() {
        scene.fake().before("info", Mono.never());
        subscribe(runtime.info());

        StepVerifier.create(runtime.info())
                .then(() -> scene.advance(MAX_WAIT))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyCallsException.class)
                        .hasMessage("waited PT30S for one of 1 concurrent calls of the runtime to end;"
                                + " nothing was called"))
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("info");
    }

    @Test
    void info_queueIsFull_saysSoAtOnce() {
        OciRuntime narrow = withOnePlace(1, MAX_WAIT);
        scene.fake().before("info", Mono.never());
        subscribe(narrow.info());
        subscribe(narrow.info());

        StepVerifier.create(narrow.info())
                .expectErrorMessage(
                        "1 calls of the runtime are under way and 1 wait, and no more may;" + " nothing was called")
                .verify(AT_ONCE);
    }

    @Test
    void info_waitedForItsTurn_hasItsWholeTimeLimitAfterThat() {
        OciRuntime patient = withOnePlace(1, Duration.ofHours(1));
        scene.fake().before("info", Mono.never());
        subscribe(patient.info());
        AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        Disposable second = patient.info().subscribe(info -> {}, error::set);

        scene.advance(LIMIT.multipliedBy(2).minusMillis(1));
        assertThat(second.isDisposed()).isFalse();
        scene.advance(Duration.ofMillis(1));

        assertThat(error.get()).isInstanceOf(CallTimeoutException.class);
    }

    @Test
    void state_allPlacesHang_hasAPlaceOfItsOwn() {
        scene.addContainer();
        scene.fake().before("info", Mono.never());
        subscribe(runtime.info());

        StepVerifier.create(runtime.state(ID))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void state_moreThanMayWait_waitAsLongAsItTakes() {
        OciRuntime narrow = withOnePlace(1, MAX_WAIT);
        scene.fake().before("state", Mono.never());
        int many = 5;
        for (int i = 0; i < many; i++) {
            subscribe(narrow.state(ID));
        }

        scene.advance(LIMIT.multipliedBy(many - 1));

        assertThat(scene.log().stream().filter("state"::equals)).hasSize(many);
    }

    @Test
    void state_waitsForItsNextAttempt_holdsNoPlace() {
        scene.addContainer();
        scene.fake().before("state", failing(1, busy()));
        AtomicInteger answers = new AtomicInteger();
        runtime.state(ID).subscribe(state -> answers.incrementAndGet());

        StepVerifier.create(runtime.state(ID))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(answers).hasValue(0);
        scene.advance(MAX_WAIT);
        assertThat(answers).hasValue(1);
    }

    @Test
    void create_handedOver_holdsNoPlaceWhileTheContainerLives() {
        StepVerifier.create(runtime.create(ID, BUNDLE, CreateOptions.defaults()).then(runtime.info()))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.fake().container(ID).hasEnded()).isFalse();
    }

    @Test
    void info_manyWaitForOnePlace_takeTurnsWithoutEndingTheStack() {
        int many = 5_000;
        OciRuntime crowded = withOnePlace(many, MAX_WAIT);
        Sinks.Empty<Void> gate = Sinks.empty();
        scene.fake().before("info", gate.asMono());
        AtomicInteger answers = new AtomicInteger();
        for (int i = 0; i < many; i++) {
            crowded.info().subscribe(info -> answers.incrementAndGet());
        }

        gate.tryEmitEmpty();

        assertThat(answers).hasValue(many);
        assertThat(scene.log()).isEqualTo(Collections.nCopies(many, "info"));
    }

    private static Disposable subscribe(Mono<?> call) {
        return call.subscribe(value -> {}, error -> {});
    }
}
