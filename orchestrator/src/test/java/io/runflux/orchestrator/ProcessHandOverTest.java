// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;
import reactor.test.util.RaceTestUtils;

class ProcessHandOverTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final FakeContainer process = new FakeContainer(ID, BUNDLE, Instant.EPOCH, false, log::add);

    /** It emits when it is told to, though it was cancelled, as one does that is about to. */
    private final TestPublisher<ContainerProcess> call = late();

    private static TestPublisher<ContainerProcess> late() {
        return TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
    }

    private static Mono<ContainerProcess> across(
            TestPublisher<ContainerProcess> call, UnaryOperator<Mono<ContainerProcess>> operators) {
        return ProcessHandOver.across(operators, Mono.fromDirect(call), ContainerProcess::release);
    }

    @Test
    void across_inTime_isHandedOver() {
        StepVerifier.create(across(call, UnaryOperator.identity()))
                .then(() -> call.emit(process))
                .expectNext(process)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).isEmpty();
    }

    @Test
    void across_limitFires_isReleasedWhenItComes() {
        StepVerifier.withVirtualTime(() -> across(call, made -> made.timeout(LIMIT)))
                .thenAwait(LIMIT)
                .expectError()
                .verify(AT_ONCE);
        assertThat(log).isEmpty();

        call.next(process);

        assertThat(log).containsExactly("release");
    }

    @Test
    void across_cancelled_isReleasedWhenItComes() {
        StepVerifier.create(across(call, UnaryOperator.identity()))
                .expectSubscription()
                .thenCancel()
                .verify(AT_ONCE);

        call.next(process);

        assertThat(log).containsExactly("release");
    }

    @Test
    void across_droppedOnTheWay_isReleasedBeforeTheErrorIsTold() {
        StepVerifier.create(across(call, made -> made.then(Mono.error(new IllegalStateException("dropped"))))
                        .doOnError(error -> log.add("told")))
                .then(() -> call.emit(process))
                .expectErrorMessage("dropped")
                .verify(AT_ONCE);

        assertThat(log).containsExactly("release", "told");
    }

    @Test
    void across_cancelRaces_isHandedOverOrReleased() {
        for (int round = 0; round < 500; round++) {
            log.clear();
            TestPublisher<ContainerProcess> racing = late();
            Taking taking = new Taking();
            across(racing, UnaryOperator.identity()).subscribe(taking);

            RaceTestUtils.race(() -> racing.next(process), taking::cancel);

            assertThat(log).hasSize(1);
        }
    }

    private final class Taking extends BaseSubscriber<ContainerProcess> {
        @Override
        protected void hookOnNext(ContainerProcess taken) {
            log.add("taken");
        }
    }
}
