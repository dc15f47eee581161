// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.RestartDecision.GiveUp;
import io.runflux.orchestrator.RestartDecision.Reason;
import io.runflux.orchestrator.RestartDecision.Restart;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether, and when, a container that has ended is started again. The policies are Docker's. A value that decides, with
 * two operators that do as it says.
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
     * Returns the policy that starts a container again however it ended, unless it was stopped, and also a stopped one
     * when the next orchestrator takes over.
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
     * Says whether a container that does not run is started when an orchestrator begins, as after a reboot.
     *
     * @param wasStopped whether somebody had asked for its end
     * @return always for {@link Kind#ALWAYS}, if it was not stopped for {@link Kind#UNLESS_STOPPED}, else never
     */
    public boolean startsWithOrchestrator(boolean wasStopped) {
        return kind == Kind.ALWAYS || (kind == Kind.UNLESS_STOPPED && !wasStopped);
    }

    /**
     * Repeats a run by this policy. It begins with the subscription, and each subscription begins anew. Waits are on
     * {@code Schedulers.parallel()}. A run that fails, because its container could not even be created for one, is not
     * repeated: the policy is about containers that ran.
     *
     * @param run one run, from its subscription to its exit, never empty; it is subscribed to for each
     * @param stop tells by any signal that the end was asked for, and keeps telling it to whoever subscribes later, as
     *     {@code Mono.never()} and that of a sink do; it lets a run go on, which is to be stopped by whoever asks, and
     *     ends a wait at once
     * @return one for each run that ended, and completes after the last; after a stop during a wait without a further
     *     one. As long as one was not asked for, no further run begins. Fails as the run does; cancelling cancels the
     *     run, or ends the wait
     */
    public Flux<RunEnd> ends(Mono<ExitStatus> run, Mono<?> stop) {
        return new RestartLoop(this, run, stop, System::nanoTime, () -> ThreadLocalRandom.current()
                        .nextDouble())
                .ends();
    }

    /**
     * Repeats a run by this policy, and tells how the last one ended.
     *
     * @param run as for {@link #ends}
     * @param stop as for {@link #ends}
     * @return the status of the last run, never empty; fails and is cancelled as {@link #ends} is
     */
    public Mono<ExitStatus> repeat(Mono<ExitStatus> run, Mono<?> stop) {
        return ends(run, stop).last().map(RunEnd::status);
    }

    /** After which ends a container is started again. */
    public enum Kind {
        /** None. */
        NO,
        /** Failures. */
        ON_FAILURE,
        /** All but those that were asked for, until the next orchestrator. */
        ALWAYS,
        /** All but those that were asked for. */
        UNLESS_STOPPED
    }
}
