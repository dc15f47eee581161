// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.GuardScene.busy;
import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.RuntimeUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GuardedRuntimeBreakerTest {
    private static final GuardOptions.Breaker BREAKER = GuardOptions.Breaker.defaults();
    private static final Duration AFTER_PAUSE = BREAKER.pause().plusMillis(1);

    private final RuntimeUnavailableException gone = new RuntimeUnavailableException("runc is gone", null);
    private final GuardScene scene = new GuardScene();
    private final OciRuntime runtime = scene.guarded(GuardOptions.defaults());

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void info_tooManyFailed_isRefusedWithSinceWhenAndWhy() {
        Instant opened = scene.now();
        open();
        scene.advance(BREAKER.pause().minusMillis(1));
        int calls = scene.log().size();

        StepVerifier.create(runtime.info())
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessage("fake is not called since " + opened + ", but for a try after each PT10S,"
                                + " because too many of its calls failed, the last one with: runc is gone")
                        .hasCause(gone)
                        .isInstanceOfSatisfying(CircuitOpenException.class, refusal -> assertThat(refusal.since())
                                .isEqualTo(opened)))
                .verify(AT_ONCE);

        assertThat(scene.log()).hasSize(calls);
    }

    @Test
    void info_tooManyHung_isRefused() {
        scene.fake().before("info", Mono.never());
        for (int i = 0; i < BREAKER.minimumCalls(); i++) {
            subscribe(runtime.info());
        }
        scene.advance(GuardOptions.defaults().limits().call());

        expectRefused();
    }

    @Test
    void info_fewerFailedThanItTakes_isStillCalled() {
        fail(gone, BREAKER.minimumCalls() - 1);
        scene.fake().before("info", Mono.empty());

        expectAnswer();
    }

    static Stream<OciRuntimeException> faultsOfOthers() {
        return Stream.of(
                new NoSuchContainerException(ID, null),
                new ContainerAlreadyExistsException(ID, null),
                new NotSupportedException("features", "fake"),
                busy());
    }

    @ParameterizedTest
    @MethodSource("faultsOfOthers")
    void create_manyFailedByFaultsOfOthers_isStillCalled(OciRuntimeException fault) {
        scene.fake().before("create", Mono.error(fault));
        for (int i = 0; i < 2 * BREAKER.window(); i++) {
            subscribe(runtime.create(ID, BUNDLE, CreateOptions.defaults()));
        }

        expectAnswer();
    }

    @Test
    void state_circuitOpen_isStillRead() {
        scene.addContainer();
        open();

        StepVerifier.create(runtime.state(ID))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void info_refusedAndTriesSucceed_isCalledByAllAgain() {
        open();
        scene.fake().before("info", Mono.empty());
        scene.advance(AFTER_PAUSE);

        for (int i = 0; i < 5 * BREAKER.tries(); i++) {
            expectAnswer();
        }
    }

    @Test
    void info_clockIsSetBack_triesAfterThePauseAllTheSame() {
        open();
        scene.fake().before("info", Mono.empty());
        scene.setClock(Duration.ofHours(-1));
        scene.advance(AFTER_PAUSE);

        expectAnswer();
    }

    @Test
    void info_clockIsSetForward_triesNoEarlier() {
        open();
        scene.setClock(Duration.ofHours(1));
        scene.advance(BREAKER.pause().minusMillis(1));

        expectRefused();
    }

    @Test
    void info_refusedAndTriesFail_isRefusedSinceTheSameMoment() {
        Instant opened = scene.now();
        open();
        scene.advance(AFTER_PAUSE);
        fail(gone, BREAKER.tries());

        StepVerifier.create(runtime.info())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(CircuitOpenException.class, refusal -> assertThat(refusal.since())
                                .isEqualTo(opened)))
                .verify(AT_ONCE);
    }

    @Test
    void info_asManyTryAsMay_refusesOthersUntilTheyHaveEnded() {
        open();
        scene.advance(AFTER_PAUSE);
        scene.fake().before("info", Mono.never());
        for (int i = 0; i < BREAKER.tries(); i++) {
            subscribe(runtime.info());
        }

        expectRefused();
    }

    @Test
    void info_triesAreCancelled_letsOthersTry() {
        open();
        scene.advance(AFTER_PAUSE);
        scene.fake().before("info", Mono.never());
        for (int i = 0; i < 5 * BREAKER.tries(); i++) {
            subscribe(runtime.info()).dispose();
        }
        scene.fake().before("info", Mono.empty());

        expectAnswer();
    }

    @Test
    void info_closedAndOpenedAgain_isRefusedSinceTheSecondTime() {
        open();
        scene.fake().before("info", Mono.empty());
        scene.advance(AFTER_PAUSE);
        for (int i = 0; i < BREAKER.tries(); i++) {
            expectAnswer();
        }
        Instant again = scene.now();
        fail(gone, BREAKER.window());

        StepVerifier.create(runtime.info())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(CircuitOpenException.class, refusal -> assertThat(refusal.since())
                                .isEqualTo(again)))
                .verify(AT_ONCE);
    }

    private void open() {
        fail(gone, BREAKER.minimumCalls());
    }

    private void fail(OciRuntimeException error, int times) {
        scene.fake().before("info", Mono.error(error));
        for (int i = 0; i < times; i++) {
            subscribe(runtime.info());
        }
    }

    private void expectAnswer() {
        StepVerifier.create(runtime.info()).expectNextCount(1).expectComplete().verify(AT_ONCE);
    }

    private void expectRefused() {
        StepVerifier.create(runtime.info())
                .expectError(CircuitOpenException.class)
                .verify(AT_ONCE);
    }

    private static Disposable subscribe(Mono<?> call) {
        return call.subscribe(value -> {}, error -> {});
    }
}
