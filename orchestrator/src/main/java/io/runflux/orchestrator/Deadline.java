// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How long a container may live, counted from the start of its process. What comes before, as its creation, does not
 * count, and neither does what comes after its exit; for these there is {@link RunRequest#timeout()}.
 *
 * @param limit more than zero, at most 36,500 days
 */
public record Deadline(Duration limit) {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /**
     * Checks the limit.
     *
     * @param limit more than zero, at most 36,500 days
     * @throws IllegalArgumentException if it is not
     */
    public Deadline {
        if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a deadline must be more than zero and at most " + LONGEST + " after the start, was " + limit);
        }
    }

    /**
     * Returns when a container has to end.
     *
     * @param startedAt when its process was started
     * @return the time
     */
    public Instant endsAt(Instant startedAt) {
        return startedAt.plus(limit);
    }

    /**
     * Watches over the life of a container, also of one that was started long ago, by another orchestrator for one.
     * Waits are on {@code Schedulers.parallel()}; what remains at the start of the watch is taken from the wall clock,
     * and a change of that afterwards changes nothing.
     *
     * @param id the container, for the error
     * @param startedAt emits when its process was started, as soon as it was; if it is empty or fails, there is no
     *     deadline
     * @param life ends when the container does, and has something to say about that, as waiting for its exit does; it
     *     is cancelled at the deadline
     * @param stop stops the container, within limits of its own; it is subscribed to at the deadline, and waited for
     * @param <T> what there is to say
     * @return what {@code life} says; fails with {@link DeadlineExceededException} once the container was stopped,
     *     which has what stopping failed with as suppressed, and with what {@code life} fails with; cancelling cancels
     *     what is under way, a stop as well
     */
    public <T> Mono<T> watch(ContainerId id, Mono<Instant> startedAt, Mono<T> life, Mono<Void> stop) {
        return watch(id, startedAt, life, stop, Clock.systemUTC());
    }

    <T> Mono<T> watch(ContainerId id, Mono<Instant> startedAt, Mono<T> life, Mono<Void> stop, Clock clock) {
        Mono<Mono<T>> ended = life.materialize().map(signal -> Mono.just(signal).dematerialize());
        Mono<Mono<T>> exceeded = startedAt
                .onErrorComplete()
                .flatMap(start -> Mono.delay(remaining(start, clock)))
                .map(tick -> this.<T>stopThenFail(id, stop))
                .switchIfEmpty(Mono.never());
        return Mono.firstWithSignal(ended, exceeded).flatMap(end -> end);
    }

    private Duration remaining(Instant startedAt, Clock clock) {
        Duration remaining = Duration.between(clock.instant(), endsAt(startedAt));
        return remaining.isNegative() ? Duration.ZERO : remaining;
    }

    private <T> Mono<T> stopThenFail(ContainerId id, Mono<Void> stop) {
        return stop.materialize().flatMap(end -> Mono.error(() -> exceeded(id, end.getThrowable())));
    }

    private DeadlineExceededException exceeded(ContainerId id, @Nullable Throwable failure) {
        DeadlineExceededException error = new DeadlineExceededException(id, limit);
        if (failure != null) {
            error.addSuppressed(failure);
        }
        return error;
    }
}
