// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class DeadlineTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final ExitStatus WELL = ExitStatus.exited(0);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    private static final String EXCEEDED = "container c1 was stopped 1m after its start, as its deadline demands";

    private final List<String> log = new ArrayList<>();
    private final Sinks.One<Instant> started = Sinks.one();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final Sinks.Empty<Void> stopped = Sinks.empty();

    private Mono<ExitStatus> watch() {
        return watch(started.asMono(), exit.asMono());
    }

    private Mono<ExitStatus> watch(Mono<Instant> startedAt, Mono<ExitStatus> life) {
        Mono<Void> stop = stopped.asMono()
                .doOnSubscribe(subscription -> log.add("stop"))
                .doOnCancel(() -> log.add("stop cancelled"));
        Mono<ExitStatus> watched = life.doOnCancel(() -> log.add("life cancelled"));
        return new Deadline(LIMIT).watch(ID, startedAt, watched, stop, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void watch_endsBefore_tellsTheEndAndStopsNothing() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> started.tryEmitValue(NOW).orThrow())
                .expectNoEvent(LIMIT.minusMillis(1))
                .then(() -> exit.tryEmitValue(WELL).orThrow())
                .expectNext(WELL)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).isEmpty();
    }

    @Test
    void watch_livesLonger_failsWhenItWasStopped() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> started.tryEmitValue(NOW).orThrow())
                .expectNoEvent(LIMIT)
                .then(() -> assertThat(log).containsExactly("life cancelled", "stop"))
                .then(() -> exit.tryEmitValue(WELL).orThrow())
                .expectNoEvent(LIMIT)
                .then(() -> stopped.tryEmitEmpty().orThrow())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DeadlineExceededException.class)
                        .hasMessage(EXCEEDED)
                        .hasNoSuppressedExceptions())
                .verify(AT_ONCE);
    }

    @Test
    void watch_stopFails_tellsBoth() {
        IllegalStateException failure = new IllegalStateException("not killed");
        stopped.tryEmitError(failure).orThrow();

        StepVerifier.withVirtualTime(() -> watch(Mono.just(NOW), exit.asMono()))
                .thenAwait(LIMIT)
                .expectErrorSatisfies(
                        error -> assertThat(error).hasMessage(EXCEEDED).hasSuppressedException(failure))
                .verify(AT_ONCE);
    }

    @Test
    void watch_slowCreation_countsFromTheStart() {
        Duration creation = LIMIT.multipliedBy(3);

        StepVerifier.withVirtualTime(() -> watch(Mono.delay(creation).thenReturn(NOW), exit.asMono()))
                .expectSubscription()
                .expectNoEvent(creation.plus(LIMIT).minusMillis(1))
                .then(() -> assertThat(log).isEmpty())
                .thenAwait(Duration.ofMillis(1))
                .then(() -> assertThat(log).contains("stop"))
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void watch_startedBefore_leavesWhatRemains() {
        StepVerifier.withVirtualTime(() -> watch(Mono.just(NOW.minusSeconds(50)), exit.asMono()))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(10).minusMillis(1))
                .then(() -> assertThat(log).isEmpty())
                .thenAwait(Duration.ofMillis(1))
                .then(() -> assertThat(log).contains("stop"))
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void watch_startedLongBefore_stopsAtOnce() {
        stopped.tryEmitEmpty().orThrow();

        StepVerifier.withVirtualTime(() -> watch(Mono.just(Instant.EPOCH), exit.asMono()))
                .thenAwait(Duration.ZERO)
                .expectError(DeadlineExceededException.class)
                .verify(AT_ONCE);
    }

    @Test
    void watch_neverStarted_hasNoDeadline() {
        for (Mono<Instant> never :
                List.<Mono<Instant>>of(Mono.empty(), Mono.error(new IllegalStateException("start")))) {
            StepVerifier.withVirtualTime(
                            () -> watch(never, Mono.delay(LIMIT.multipliedBy(9)).thenReturn(WELL)))
                    .thenAwait(LIMIT.multipliedBy(9))
                    .expectNext(WELL)
                    .expectComplete()
                    .verify(AT_ONCE);
        }
    }

    @Test
    void watch_lifeFailsOrIsEmpty_passesItOn() {
        StepVerifier.create(watch(Mono.just(NOW), Mono.error(new IllegalStateException("lost"))))
                .expectErrorMessage("lost")
                .verify(AT_ONCE);
        StepVerifier.create(watch(Mono.just(NOW), Mono.empty()))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void watch_cancelledWhileStopping_cancelsTheStop() {
        StepVerifier.withVirtualTime(() -> watch(Mono.just(NOW), exit.asMono()))
                .thenAwait(LIMIT)
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(log).containsExactly("life cancelled", "stop", "stop cancelled");
    }

    @Test
    void deadline_beyondItsBounds_isRefused() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(36_501))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Deadline(wrong));
        }
        assertThat(new Deadline(LIMIT).endsAt(NOW)).isEqualTo(NOW.plusSeconds(60));
    }
}
