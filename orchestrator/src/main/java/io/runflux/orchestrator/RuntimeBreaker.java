// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The circuit breaker of one runtime, which remembers since when it is open and why. */
final class RuntimeBreaker {
    /** A slow call is none that failed: the time limit tells. */
    private static final Duration NEVER_SLOW = Duration.ofDays(1);

    private final String runtime;
    private final GuardOptions.Breaker options;
    private final GuardClock clock;
    private final CircuitBreaker breaker;
    private volatile @Nullable Instant openSince;
    private volatile @Nullable Throwable lastFailure;

    RuntimeBreaker(String runtime, GuardOptions.Breaker options, GuardClock clock) {
        this.runtime = runtime;
        this.options = options;
        this.clock = clock;
        breaker = CircuitBreaker.of(runtime, config(options, clock.elapsed()));
        breaker.getEventPublisher().onStateTransition(this::noteTransition);
    }

    private static CircuitBreakerConfig config(GuardOptions.Breaker options, Clock clock) {
        return CircuitBreakerConfig.custom()
                .clock(clock)
                .slidingWindow(
                        options.window(),
                        options.minimumCalls(),
                        SlidingWindowType.COUNT_BASED,
                        SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .failureRateThreshold(options.failurePercent())
                .slowCallDurationThreshold(NEVER_SLOW)
                .waitDurationInOpenState(options.pause())
                .permittedNumberOfCallsInHalfOpenState(options.tries())
                .recordException(error -> RuntimeFault.of(error) == RuntimeFault.BROKEN)
                .ignoreException(RuntimeBreaker::saysNothing)
                .writableStackTraceEnabled(false)
                .build();
    }

    private static boolean saysNothing(Throwable error) {
        return switch (RuntimeFault.of(error)) {
            case NOT_BEGUN, BUSY, NOT_CALLED -> true;
            case BROKEN, REFUSED -> false;
        };
    }

    /** 0 closed, 1 half open, 2 open. */
    int openness() {
        return switch (breaker.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> 0;
            case HALF_OPEN -> 1;
            case OPEN, FORCED_OPEN -> 2;
        };
    }

    /** Makes the call unless the circuit is open, and counts how it ended; one that is cancelled does not count. */
    <T> Mono<T> pass(Mono<T> call) {
        return call.doOnError(this::noteFailure)
                .transform(CircuitBreakerOperator.of(breaker))
                .onErrorMap(CallNotPermittedException.class, refused -> refusal());
    }

    private void noteFailure(Throwable error) {
        if (RuntimeFault.of(error) == RuntimeFault.BROKEN) {
            lastFailure = error;
        }
    }

    private void noteTransition(CircuitBreakerOnStateTransitionEvent event) {
        State next = event.getStateTransition().getToState();
        if (next == State.CLOSED) {
            openSince = null;
        } else if (next == State.OPEN && openSince == null) {
            openSince = clock.now();
        }
    }

    private CircuitOpenException refusal() {
        Instant since = openSince;
        return new CircuitOpenException(runtime, since == null ? clock.now() : since, options.pause(), lastFailure);
    }
}
