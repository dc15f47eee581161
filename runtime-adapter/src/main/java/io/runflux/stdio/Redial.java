// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.github.resilience4j.reactor.retry.RetryOperator;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.runflux.process.OutboundStream;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/**
 * Tries again and again: at once, then after 200 ms, each wait half as long again as the one before, up to some bound;
 * all of them by up to a half shorter or longer, and none longer than the bound; the last time when the retry timeout
 * is up.
 *
 * <p>The waits begin anew with each outage, unless the peer that was {@link #found} in the last one has gone within
 * {@link #STAY}: who takes connections and closes them at once is not dialled at once, but after the next longer wait.
 * For one who dials at a time.
 */
final class Redial {
    /** The longest wait for a peer that has gone. */
    static final Duration GONE = Duration.ofSeconds(60);
    /** The longest wait for a peer that has not come yet, and will expect to be noticed. */
    static final Duration NOT_YET = Duration.ofSeconds(1);
    /** How long a peer must have stayed to be dialled at once when it has gone. */
    static final Duration STAY = Duration.ofSeconds(1);

    private static final double FIRST_MILLIS = 200;
    private static final double GROWTH = 1.5;
    private static final double SPREAD = 0.5;

    private final String name;
    private final long timeoutMillis;
    private final double longestMillis;
    private final LongSupplier nanoTime;
    private long foundAt;
    private int waits;

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
        longestMillis = longestWait.toMillis();
        foundAt = nanoTime.getAsLong() - STAY.toNanos();
    }

    /** Subscribes again for as long as the error is such that somebody may still come. */
    <T> Mono<T> whilst(Predicate<Throwable> isHopeful, Mono<T> attempt) {
        return Mono.defer(() -> {
            long start = nanoTime.getAsLong();
            Mono<T> attempts = attempt.transform(RetryOperator.of(retry(isHopeful, start)));
            if (start - foundAt < STAY.toNanos()) {
                return Mono.delay(Duration.ofMillis(nextWait(start))).then(attempts);
            }
            waits = 0;
            return attempts;
        });
    }

    /** Opens a stream; one that comes when this was just cancelled, and that repeating drops, is released. */
    Mono<OutboundStream> open(Predicate<Throwable> isHopeful, Mono<OutboundStream> dial) {
        return whilst(isHopeful, dial)
                .doOnDiscard(OutboundStream.class, stream -> stream.release().subscribe());
    }

    /** Says that a peer is there; whether it stays will show. */
    void found() {
        foundAt = nanoTime.getAsLong();
    }

    private Retry retry(Predicate<Throwable> isHopeful, long start) {
        RetryConfig config = RetryConfig.custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(attempt -> nextWait(start))
                .retryOnException(error -> isHopeful.test(error) && remainingMillis(start) > 0)
                .build();
        return Retry.of(name, config);
    }

    private long nextWait(long start) {
        double luck = ThreadLocalRandom.current().nextDouble();
        return Math.min(waitMillis(waits++, longestMillis, luck), remainingMillis(start));
    }

    /**
     * Returns a wait, bounded before it is spread, so that those at the bound are spread as well.
     *
     * @param before how many waits were before
     * @param luck from 0 to less than 1
     */
    static long waitMillis(int before, double longestMillis, double luck) {
        double middle = Math.min(FIRST_MILLIS * Math.pow(GROWTH, before), longestMillis);
        double shortest = middle * (1 - SPREAD);
        double longest = Math.min(middle * (1 + SPREAD), longestMillis);
        return Math.round(shortest + luck * (longest - shortest));
    }

    private long remainingMillis(long start) {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start);
        return timeoutMillis == 0 ? Long.MAX_VALUE : Math.max(0, timeoutMillis - elapsed);
    }
}
