// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.RestartDecision.GiveUp;
import io.runflux.orchestrator.RestartDecision.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class RestartLoopTest {
    private static final ExitStatus WELL = ExitStatus.exited(0);
    private static final ExitStatus FAILED = ExitStatus.exited(1);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration GOOD = Duration.ofSeconds(10);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final List<Duration> begun = new ArrayList<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Sinks.Empty<Void> stop = Sinks.empty();

    private Mono<ExitStatus> run(Duration length, ExitStatus status) {
        return Mono.defer(() -> {
                    begun.add(VirtualClock.now());
                    return Mono.delay(length).thenReturn(status);
                })
                .doOnCancel(cancelled::incrementAndGet);
    }

    private Flux<RunEnd> ends(RestartPolicy policy, Mono<ExitStatus> run) {
        return new RestartLoop(policy, run, stop.asMono(), VirtualClock::nanoTime, () -> 0).ends();
    }

    private static List<Duration> seconds(double... values) {
        return Arrays.stream(values)
                .mapToObj(value -> Duration.ofMillis(Math.round(value * 1000)))
                .toList();
    }

    @Test
    void ends_shortRuns_followAfterWaitsThatGrow() {
        StepVerifier.withVirtualTime(() ->
                        ends(RestartPolicy.onFailure(4), run(SHORT, FAILED)).map(RunEnd::decision))
                .thenAwait(Duration.ofMinutes(1))
                .expectNextCount(4)
                .expectNext(new GiveUp(Reason.LIMIT_REACHED))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(begun).isEqualTo(seconds(0, 1.1, 2.3, 3.7, 5.5));
    }

    @Test
    void ends_goodRuns_followAfterTheFirstWait() {
        StepVerifier.withVirtualTime(
                        () -> ends(RestartPolicy.always(), run(GOOD, WELL)).take(3))
                .thenAwait(Duration.ofMinutes(1))
                .expectNext(
                        new RunEnd(WELL, GOOD, RestartPolicy.always().after(WELL, RestartCount.none(), GOOD, false)))
                .expectNextCount(2)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(begun).isEqualTo(seconds(0, 10.1, 20.2));
    }

    @Test
    void ends_jitter_shortensTheWait() {
        RestartPolicy policy =
                RestartPolicy.onFailure(1).withBackoff(RestartBackoff.defaults().withJitter(0.5));
        StepVerifier.withVirtualTime(() -> new RestartLoop(
                                policy, run(SHORT, FAILED), stop.asMono(), VirtualClock::nanoTime, () -> 1)
                        .ends())
                .thenAwait(Duration.ofMinutes(1))
                .expectNextCount(2)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(begun).isEqualTo(seconds(0, 1.05));
    }

    @Test
    void ends_stopWhileItRuns_waitsForTheEndAndGivesUp() {
        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), run(GOOD, FAILED)))
                .thenAwait(SHORT)
                .then(() -> stop.tryEmitEmpty().orThrow())
                .expectNoEvent(GOOD.minus(SHORT).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(new RunEnd(FAILED, GOOD, new GiveUp(Reason.STOPPED)))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(cancelled).hasValue(0);
    }

    @Test
    void ends_stopWhileItWaits_completesAtOnce() {
        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), run(SHORT, FAILED)))
                .thenAwait(SHORT)
                .expectNextCount(1)
                .then(() -> stop.tryEmitEmpty().orThrow())
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(begun).hasSize(1);
    }

    @Test
    void ends_stopThatFails_isAStop() {
        stop.tryEmitError(new IllegalStateException("stop")).orThrow();

        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), run(SHORT, FAILED)))
                .thenAwait(SHORT)
                .expectNext(new RunEnd(FAILED, SHORT, new GiveUp(Reason.STOPPED)))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void ends_cancelledWhileItRuns_cancelsTheRun() {
        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), run(GOOD, FAILED)))
                .thenAwait(SHORT)
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(cancelled).hasValue(1);
    }

    @Test
    void ends_cancelledWhileItWaits_runsNoMore() {
        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), run(SHORT, FAILED))
                        .takeUntilOther(Mono.delay(SHORT.plusMillis(50))))
                .thenAwait(Duration.ofHours(1))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(begun).hasSize(1);
    }

    @Test
    void ends_runFails_failsAndIsNotRepeated() {
        Mono<ExitStatus> failing = Mono.defer(() -> {
            begun.add(Duration.ZERO);
            return Mono.error(new IllegalStateException("no bundle"));
        });

        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), failing))
                .thenAwait(Duration.ofHours(1))
                .expectErrorMessage("no bundle")
                .verify(AT_ONCE);

        assertThat(begun).hasSize(1);
    }

    @Test
    void ends_runIsEmpty_fails() {
        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), Mono.empty()))
                .expectErrorMessage("a run must end with an exit status, was empty")
                .verify(AT_ONCE);
    }

    @Test
    void ends_noDemand_runsNoMoreThanOneAhead() {
        StepVerifier.withVirtualTime(() -> ends(RestartPolicy.always(), run(SHORT, FAILED)), 1)
                .thenAwait(Duration.ofHours(1))
                .expectNextCount(1)
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(begun).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void ends_manyRuns_needNoDeepStack() {
        RestartBackoff quick =
                RestartBackoff.defaults().withFirst(Duration.ofNanos(1)).withMax(Duration.ofNanos(1));
        RestartPolicy policy = RestartPolicy.always().withBackoff(quick);

        StepVerifier.withVirtualTime(
                        () -> ends(policy, Mono.just(FAILED)).take(5_000).count())
                .thenAwait(Duration.ofSeconds(1))
                .expectNext(5_000L)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void repeat_runsToTheLast_tellsItsStatus() {
        AtomicInteger runs = new AtomicInteger();
        Mono<ExitStatus> third = Mono.fromSupplier(() -> runs.incrementAndGet() < 3 ? FAILED : WELL);

        StepVerifier.withVirtualTime(() -> RestartPolicy.onFailure(0).repeat(third, Mono.never()))
                .thenAwait(Duration.ofMinutes(1))
                .expectNext(WELL)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(runs).hasValue(3);
    }
}
