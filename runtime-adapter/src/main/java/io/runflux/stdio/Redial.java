// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.reactor.retry.RetryOperator;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.runflux.process.OutboundStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/**
 * Tries again and again: at once, then after 200 ms, each wait half as long again as the one before, all of them by up
 * to a half shorter or longer, and none longer than some bound; the last time when the retry timeout is up.
 */
final class Redial {
    /** The longest wait for a peer that has gone. */
    static final Duration GONE = Duration.ofSeconds(60);
    /** The longest wait for a peer that has not come yet, and will expect to be noticed. */
    static final Duration NOT_YET = Duration.ofSeconds(1);

    private final String name;
    private final long timeoutMillis;
    private final IntervalFunction backoff;
    private final LongSupplier nanoTime;

    /**
     * Creates one for a target.
     *
     * @param name of the target
     * @param timeout zero for ever
     */
    Redial(String name, Duration timeout, Duration longestWait, LongSupplier nanoTime) {
        this.name = name;
        this.nanoTime = nanoTime;
        timeoutMillis = timeout.toMillis();
        backoff = IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(200), 1.5, 0.5, longestWait);
    }

    /** Subscribes again for as long as the error is such that somebody may still come. */
    <T> Mono<T> whilst(Predicate<Throwable> isHopeful, Mono<T> attempt) {
        return Mono.defer(() -> attempt.transform(RetryOperator.of(retry(isHopeful))));
    }

    /** Opens a stream; one that comes when this was just cancelled, and that repeating drops, is released. */
    Mono<OutboundStream> open(Predicate<Throwable> isHopeful, Mono<OutboundStream> dial) {
        return whilst(isHopeful, dial)
                .doOnDiscard(OutboundStream.class, stream -> stream.release().subscribe());
    }

    private Retry retry(Predicate<Throwable> isHopeful) {
        long start = nanoTime.getAsLong();
        RetryConfig config = RetryConfig.custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(attempt -> Math.min(backoff.apply(attempt), remainingMillis(start)))
                .retryOnException(error -> isHopeful.test(error) && remainingMillis(start) > 0)
                .build();
        return Retry.of(name, config);
    }

    private long remainingMillis(long start) {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start);
        return timeoutMillis == 0 ? Long.MAX_VALUE : Math.max(0, timeoutMillis - elapsed);
    }
}
