// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.Objects;

/** What a {@link RestartPolicy} says after a container has ended. */
public sealed interface RestartDecision {
    /**
     * The container is to be started again.
     *
     * @param delay how long to wait before, without jitter
     * @param count how often it was started again, with this time
     */
    record Restart(Duration delay, RestartCount count) implements RestartDecision {
        /**
         * Checks the values.
         *
         * @param delay how long to wait before
         * @param count how often it was started again, with this time
         */
        public Restart {
            Objects.requireNonNull(delay, "delay");
            Objects.requireNonNull(count, "count");
        }
    }

    /**
     * The container stays as it is.
     *
     * @param reason why
     */
    record GiveUp(Reason reason) implements RestartDecision {
        /**
         * Checks the value.
         *
         * @param reason why
         */
        public GiveUp {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Why a container is not started again. */
    enum Reason {
        /** The policy never restarts. */
        NOT_WANTED,
        /** It was stopped on request. */
        STOPPED,
        /** It exited with code 0, and the policy is about failures. */
        SUCCEEDED,
        /** It was started again as often as the policy allows. */
        LIMIT_REACHED
    }
}
