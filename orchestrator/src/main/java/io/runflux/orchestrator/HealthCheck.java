// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.HealthStatus;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Flux;

/**
 * How often a container is probed, and what is made of that. The semantics are Docker's:
 *
 * <ul>
 *   <li>The first probe comes one interval after the start, each further one an interval after the end of the one
 *       before. There are never two at once.
 *   <li>A probe that passes makes the container healthy at once. {@code retries} that fail in a row make it unhealthy.
 *   <li>Within the start period, as long as none has passed, the start interval is used, and a probe that is begun then
 *       and fails does not count. The first that passes ends that.
 * </ul>
 *
 * <p>Unlike with Docker a probe is always made at the end of a start period in which none has passed, and the start
 * interval is also used when the start period is shorter than the interval.
 *
 * @param interval between probes, a millisecond to a day
 * @param timeout how long a probe may take, a millisecond to a day; one that takes longer is cut off, and has failed
 * @param retries how many failures in a row make a container unhealthy, at least 1
 * @param startPeriod for how long after the start failures do not count, zero to a day
 * @param startInterval between probes in the start period, a millisecond to a day
 */
public record HealthCheck(
        Duration interval, Duration timeout, int retries, Duration startPeriod, Duration startInterval) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Checks the values.
     *
     * @param interval between probes
     * @param timeout how long a probe may take
     * @param retries how many failures in a row make a container unhealthy
     * @param startPeriod for how long after the start failures do not count, or zero
     * @param startInterval between probes in the start period
     * @throws IllegalArgumentException if a value is beyond its bounds
     */
    public HealthCheck {
        check("interval", interval, SHORTEST);
        check("timeout", timeout, SHORTEST);
        check("start period", startPeriod, Duration.ZERO);
        check("start interval", startInterval, SHORTEST);
        if (retries < 1) {
            throw new IllegalArgumentException("retries must be 1 or more, were " + retries);
        }
    }

    /**
     * Returns Docker's defaults: a probe every 30 seconds, of 30 seconds at most, three retries, no start period, a
     * start interval of five seconds.
     *
     * @return the defaults
     */
    public static HealthCheck defaults() {
        return new HealthCheck(Duration.ofSeconds(30), Duration.ofSeconds(30), 3, Duration.ZERO, Duration.ofSeconds(5));
    }

    /**
     * Returns this check with another interval.
     *
     * @param value between probes
     * @return the check
     */
    public HealthCheck withInterval(Duration value) {
        return new HealthCheck(value, timeout, retries, startPeriod, startInterval);
    }

    /**
     * Returns this check with another timeout.
     *
     * @param value how long a probe may take
     * @return the check
     */
    public HealthCheck withTimeout(Duration value) {
        return new HealthCheck(interval, value, retries, startPeriod, startInterval);
    }

    /**
     * Returns this check with another number of retries.
     *
     * @param value how many failures in a row make a container unhealthy
     * @return the check
     */
    public HealthCheck withRetries(int value) {
        return new HealthCheck(interval, timeout, value, startPeriod, startInterval);
    }

    /**
     * Returns this check with another start period.
     *
     * @param value for how long after the start failures do not count, or zero
     * @return the check
     */
    public HealthCheck withStartPeriod(Duration value) {
        return new HealthCheck(interval, timeout, retries, value, startInterval);
    }

    /**
     * Returns this check with another start interval.
     *
     * @param value between probes in the start period
     * @return the check
     */
    public HealthCheck withStartInterval(Duration value) {
        return new HealthCheck(interval, timeout, retries, startPeriod, value);
    }

    /**
     * Probes a container from now on, which is taken for its start. Waits are on {@code Schedulers.parallel()}, and the
     * probes go on whatever the subscriber asks for.
     *
     * @param probe what to probe; it is not asked while it has not answered, unless it does not heed its time limit
     * @return one report at once, {@link HealthReport#starting()}, and one after each probe; a subscriber that is too
     *     slow gets the newest alone. Neither completes nor fails; what a probe fails with is a result. Cancelling
     *     cancels the probe, or ends the wait: a container that has ended, or is paused, is not to be probed
     */
    public Flux<HealthReport> reports(HealthProbe probe) {
        Objects.requireNonNull(probe, "probe");
        return new HealthWatch(this, probe, System::nanoTime).reports();
    }

    /**
     * Probes a container as {@link #reports} does, and tells the changes.
     *
     * @param probe what to probe
     * @return {@link HealthStatus#STARTING} at once, and then each status that differs from the one before; otherwise
     *     as {@link #reports}
     */
    public Flux<HealthStatus> statuses(HealthProbe probe) {
        return reports(probe).map(HealthReport::status).distinctUntilChanged();
    }

    /** Whether a failure of a probe that was begun so long after the start counts for nothing. */
    boolean isForgiven(HealthStatus status, Duration sinceStart) {
        return status == HealthStatus.STARTING && sinceStart.compareTo(startPeriod) < 0;
    }

    /** How long to wait for the next probe. */
    Duration nextWait(HealthStatus status, Duration sinceStart) {
        if (!isForgiven(status, sinceStart)) {
            return interval;
        }
        Duration remaining = startPeriod.minus(sinceStart);
        return remaining.compareTo(startInterval) < 0 ? remaining : startInterval;
    }

    private static void check(String what, Duration value, Duration shortest) {
        if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the " + what + " must be from " + shortest + " to " + LONGEST + ", was " + value);
        }
    }
}
