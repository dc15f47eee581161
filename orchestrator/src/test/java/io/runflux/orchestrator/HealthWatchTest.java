// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.events.HealthStatus.HEALTHY;
import static io.runflux.events.HealthStatus.STARTING;
import static io.runflux.events.HealthStatus.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.HealthStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class HealthWatchTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final HealthCheck CHECK = HealthCheck.defaults();
    private static final HealthCheck SLOW_START =
            CHECK.withRetries(1).withStartPeriod(Duration.ofSeconds(12)).withStartInterval(Duration.ofSeconds(5));

    private final ScriptedProbe probe = new ScriptedProbe();

    private Flux<HealthReport> reports(HealthCheck check) {
        return new HealthWatch(check, probe, VirtualClock::nanoTime).reports();
    }

    private Flux<HealthStatus> statuses(HealthCheck check) {
        return reports(check).map(HealthReport::status);
    }

    private static Duration seconds(long value) {
        return Duration.ofSeconds(value);
    }

    private void assertBegun(long... seconds) {
        assertThat(probe.begun())
                .isEqualTo(LongStream.of(seconds).mapToObj(Duration::ofSeconds).toList());
    }

    @Test
    void reports_firstProbe_comesAfterOneInterval() {
        probe.passing();

        StepVerifier.withVirtualTime(() -> reports(CHECK))
                .expectNext(HealthReport.starting())
                .expectNoEvent(seconds(30).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(new HealthReport(HEALTHY, 0, ProbeResult.passed("well")))
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void reports_failuresInARow_areCountedUntilOnePasses() {
        probe.failing().failing().failing().failing().passing();
        ProbeResult failed = ProbeResult.failed("not well");

        StepVerifier.withVirtualTime(() -> reports(CHECK).skip(1))
                .thenAwait(seconds(150))
                .expectNext(new HealthReport(STARTING, 1, failed))
                .expectNext(new HealthReport(STARTING, 2, failed))
                .expectNext(new HealthReport(UNHEALTHY, 3, failed))
                .expectNext(new HealthReport(UNHEALTHY, 4, failed))
                .expectNext(new HealthReport(HEALTHY, 0, ProbeResult.passed("well")))
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void reports_healthyAndTooFewFailures_staysHealthy() {
        probe.passing().failing().failing().passing().failing();

        StepVerifier.withVirtualTime(() -> statuses(CHECK))
                .thenAwait(seconds(150))
                .expectNext(STARTING, HEALTHY, HEALTHY, HEALTHY, HEALTHY, HEALTHY)
                .thenCancel()
                .verify(AT_ONCE);
    }

    /** At 12 seconds the start period is over. */
    @Test
    void reports_failuresInTheStartPeriod_doNotCount() {
        probe.failing();

        StepVerifier.withVirtualTime(() -> reports(SLOW_START).map(HealthReport::failures))
                .thenAwait(seconds(12))
                .expectNext(0, 0, 0, 1)
                .thenCancel()
                .verify(AT_ONCE);

        assertBegun(5, 10, 12);
    }

    @Test
    void reports_endOfTheStartPeriod_bringsAProbeAndTheInterval() {
        probe.failing();

        StepVerifier.withVirtualTime(() -> statuses(SLOW_START))
                .thenAwait(seconds(42))
                .expectNext(STARTING, STARTING, STARTING, UNHEALTHY, UNHEALTHY)
                .thenCancel()
                .verify(AT_ONCE);

        assertBegun(5, 10, 12, 42);
    }

    @Test
    void reports_startIntervalLongerThanThePeriod_probesAtItsEnd() {
        probe.failing();

        StepVerifier.withVirtualTime(() -> statuses(SLOW_START.withStartInterval(seconds(60))))
                .thenAwait(seconds(12))
                .expectNext(STARTING, UNHEALTHY)
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void reports_onePassesInTheStartPeriod_failuresCountFromThen() {
        probe.passing().failing();

        StepVerifier.withVirtualTime(() -> statuses(SLOW_START.withStartPeriod(seconds(600))))
                .thenAwait(seconds(35))
                .expectNext(STARTING, HEALTHY, UNHEALTHY)
                .thenCancel()
                .verify(AT_ONCE);

        assertBegun(5, 35);
    }

    /** When it was begun decides, not when it failed. */
    @Test
    void reports_failsAfterTheStartPeriodButWasBegunInIt_doesNotCount() {
        StepVerifier.withVirtualTime(() -> {
                    probe.then(Mono.delay(seconds(20)).thenReturn(ProbeResult.failed("late")));
                    return statuses(SLOW_START);
                })
                .thenAwait(seconds(25))
                .expectNext(STARTING, STARTING)
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void reports_slowProbe_isFollowedOneIntervalAfterItsEnd() {
        StepVerifier.withVirtualTime(() -> {
                    probe.then(Mono.delay(seconds(7)).thenReturn(ProbeResult.passed("")));
                    return statuses(CHECK);
                })
                .thenAwait(seconds(37 + 37 + 37))
                .expectNextCount(4)
                .thenCancel()
                .verify(AT_ONCE);

        assertBegun(30, 67, 104);
        assertThat(probe.mostAtOnce()).isEqualTo(1);
    }

    @Test
    void reports_probeHangs_isCutOffAndHasFailed() {
        AtomicInteger cancelled = new AtomicInteger();
        HealthProbe hanging = HealthProbe.of(Mono.<ProbeResult>never().doOnCancel(cancelled::incrementAndGet));

        StepVerifier.withVirtualTime(
                        () -> new HealthWatch(CHECK.withTimeout(seconds(90)), hanging, VirtualClock::nanoTime)
                                .reports()
                                .skip(1)
                                .map(HealthWatchTest::outputOf))
                .expectSubscription()
                .expectNoEvent(seconds(120).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext("the probe took longer than 1m30s and was cut off")
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(cancelled).hasValue(1);
    }

    @Test
    void reports_probeDoesNotHeedItsLimit_isCancelledTenSecondsLater() {
        probe.then(Mono.never());

        StepVerifier.withVirtualTime(() -> reports(CHECK).skip(1).map(HealthWatchTest::outputOf))
                .expectSubscription()
                .expectNoEvent(seconds(70).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext("the probe took longer than 30s and was cut off")
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(probe.cancelled()).isEqualTo(1);
    }

    @Test
    void reports_probeFailsOtherwise_isAFailureThatSaysWhy() {
        probe.then(Mono.error(new IllegalStateException("no route")))
                .then(Mono.error(new IllegalStateException()))
                .then(Mono.empty());

        StepVerifier.withVirtualTime(() -> reports(CHECK).skip(1).map(HealthWatchTest::outputOf))
                .thenAwait(seconds(90))
                .expectNext("no route", "java.lang.IllegalStateException", "the probe gave no result")
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void reports_probeThrows_isAFailure() {
        HealthProbe throwing = limit -> {
            throw new IllegalStateException("thrown");
        };

        StepVerifier.withVirtualTime(() -> new HealthWatch(CHECK, throwing, VirtualClock::nanoTime)
                        .reports()
                        .skip(1))
                .thenAwait(seconds(30))
                .expectNext(new HealthReport(STARTING, 1, ProbeResult.failed("thrown")))
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void reports_slowSubscriber_getsTheNewestAndHoldsUpNothing() {
        probe.passing().failing();

        StepVerifier.withVirtualTime(() -> reports(CHECK).map(HealthReport::failures), 1)
                .expectNext(0)
                .thenAwait(seconds(150))
                .thenRequest(1)
                .expectNext(4)
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(probe.begun()).hasSize(5);
    }

    @Test
    void reports_cancelledWhileItWaits_probesNoMore() {
        probe.passing();

        StepVerifier.withVirtualTime(() -> reports(CHECK).takeUntilOther(Mono.delay(seconds(10))))
                .thenAwait(seconds(3600))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(probe.begun()).isEmpty();
    }

    @Test
    void reports_cancelledWhileItProbes_cancelsTheProbe() {
        probe.then(Mono.never());

        StepVerifier.withVirtualTime(() -> reports(CHECK).takeUntilOther(Mono.delay(seconds(31))))
                .thenAwait(seconds(3600))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(probe.cancelled()).isEqualTo(1);
    }

    @Test
    void statuses_sameAgain_isNotTold() {
        probe.failing().failing().passing().passing().failing();

        StepVerifier.withVirtualTime(() -> CHECK.withRetries(2).statuses(probe))
                .thenAwait(seconds(240))
                .expectNext(STARTING, UNHEALTHY, HEALTHY, UNHEALTHY)
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void check_beyondItsBounds_isRefused() {
        for (Duration wrong : List.of(
                Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(1).plusNanos(1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> CHECK.withInterval(wrong));
            assertThatIllegalArgumentException().isThrownBy(() -> CHECK.withTimeout(wrong));
            assertThatIllegalArgumentException().isThrownBy(() -> CHECK.withStartInterval(wrong));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> CHECK.withStartPeriod(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CHECK.withRetries(0))
                .withMessage("retries must be 1 or more, were 0");
    }

    private static String outputOf(HealthReport report) {
        return Objects.requireNonNull(report.result()).output();
    }
}
