// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.RestartDecision.GiveUp;
import io.runflux.orchestrator.RestartDecision.Reason;
import io.runflux.orchestrator.RestartDecision.Restart;
import java.time.Duration;
import java.util.Objects;

/**
 * Whether, and when, a container that has ended is started again; {@link LaunchRequest#withRestart} says what is kept.
 * The policies are Docker's.
 *
 * @param kind after which ends
 * @param maxRestarts how often at most after failures, or 0 for as often as it takes; 0 for the other kinds
 * @param backoff how long to wait before
 */
public record RestartPolicy(Kind kind, int maxRestarts, RestartBackoff backoff) {
    /**
     * Checks the values.
     *
     * @param kind after which ends
     * @param maxRestarts how often at most after failures, or 0
     * @param backoff how long to wait before
     * @throws IllegalArgumentException if the limit is negative, or the kind has none
     */
    public RestartPolicy {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(backoff, "backoff");
        if (maxRestarts < 0) {
            throw new IllegalArgumentException("the limit of restarts must be 0 or more, was " + maxRestarts);
        }
        if (maxRestarts > 0 && kind != Kind.ON_FAILURE) {
            throw new IllegalArgumentException(
                    "only restarts on failure have a limit, was " + maxRestarts + " for " + kind);
        }
    }

    /**
     * Returns the policy that never starts a container again: Docker's {@code no}, and the default.
     *
     * @return the policy
     */
    public static RestartPolicy no() {
        return of(Kind.NO, 0);
    }

    /**
     * Returns the policy that starts a container again which failed: with another code than 0, by a signal, or in a way
     * that nobody could see.
     *
     * @param maxRestarts how often at most, good runs between them or not, or 0 for as often as it takes
     * @return the policy
     * @throws IllegalArgumentException if the limit is negative
     */
    public static RestartPolicy onFailure(int maxRestarts) {
        return of(Kind.ON_FAILURE, maxRestarts);
    }

    /**
     * Returns the policy that starts a container again however it ended, unless it was stopped. It differs from
     * {@link #unlessStopped()} in {@link #startsWithOrchestrator} alone.
     *
     * @return the policy
     */
    public static RestartPolicy always() {
        return of(Kind.ALWAYS, 0);
    }

    /**
     * Returns the policy that starts a container again however it ended, until it is stopped.
     *
     * @return the policy
     */
    public static RestartPolicy unlessStopped() {
        return of(Kind.UNLESS_STOPPED, 0);
    }

    private static RestartPolicy of(Kind kind, int maxRestarts) {
        return new RestartPolicy(kind, maxRestarts, RestartBackoff.defaults());
    }

    /**
     * Returns this policy with another backoff.
     *
     * @param value how long to wait before
     * @return the policy
     */
    public RestartPolicy withBackoff(RestartBackoff value) {
        return new RestartPolicy(kind, maxRestarts, value);
    }

    /**
     * Decides after the end of a container. Nobody's container is started again that was stopped on request.
     *
     * @param status how it ended; an unknown end is a failure
     * @param count how often it was started again before
     * @param ranFor how long it ran this time
     * @param wasStopped whether somebody asked for its end
     * @return the decision
     */
    public RestartDecision after(ExitStatus status, RestartCount count, Duration ranFor, boolean wasStopped) {
        if (kind == Kind.NO) {
            return new GiveUp(Reason.NOT_WANTED);
        }
        if (wasStopped) {
            return new GiveUp(Reason.STOPPED);
        }
        if (kind == Kind.ON_FAILURE && status.isSuccess()) {
            return new GiveUp(Reason.SUCCEEDED);
        }
        if (maxRestarts > 0 && count.total() >= maxRestarts) {
            return new GiveUp(Reason.LIMIT_REACHED);
        }
        RestartCount next = count.next(ranFor.compareTo(backoff.goodRun()) >= 0);
        return new Restart(backoff.delay(next.inARow()), next);
    }

    /**
     * Says whether a container that does not run is to be started when an orchestrator begins, as after a reboot. The
     * orchestrator does not know the containers of the one before, and so this is for who launches them.
     *
     * @param wasStopped whether somebody had asked for its end
     * @return always for {@link Kind#ALWAYS}, if it was not stopped for {@link Kind#UNLESS_STOPPED}, else never
     */
    public boolean startsWithOrchestrator(boolean wasStopped) {
        return kind == Kind.ALWAYS || (kind == Kind.UNLESS_STOPPED && !wasStopped);
    }

    /** After which ends a container is started again. */
    public enum Kind {
        /** None. */
        NO,
        /** Failures. */
        ON_FAILURE,
        /** All but those that were asked for, of which the next orchestrator does not know. */
        ALWAYS,
        /** All but those that were asked for. */
        UNLESS_STOPPED
    }
}
