// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Objects;

/**
 * What {@link EventStream#snapshotThenFollow} emits: a state, or the next event after it.
 *
 * @param <S> the kind of state
 */
public sealed interface Followed<S> {
    /**
     * A state at one place in the stream: what the events up to there tell of is in it, and nothing later is.
     *
     * @param state the state
     * @param cursor the place
     * @param <S> the kind of state
     */
    record Snapshot<S>(S state, EventCursor cursor) implements Followed<S> {
        /**
         * Checks the snapshot.
         *
         * @param state the state
         * @param cursor the place
         */
        public Snapshot {
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(cursor, "cursor");
        }
    }

    /**
     * An event that the states before it do not yet hold.
     *
     * @param envelope the event, never a {@link RuntimeEvent.Gap}
     * @param <S> the kind of state
     */
    record Next<S>(EventEnvelope envelope) implements Followed<S> {
        /**
         * Checks the event.
         *
         * @param envelope the event, never a {@link RuntimeEvent.Gap}
         */
        public Next {
            Objects.requireNonNull(envelope, "envelope");
        }
    }
}
