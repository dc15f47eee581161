// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

/**
 * What decides whether a pool creates another container.
 *
 * @param kept how many places for ready containers are taken, by those that are being created or removed too
 * @param creating how many of them are being created
 * @param failures how many creations have failed in a row; those that fail while it rests count no more
 * @param isResting whether nothing is created for a while
 * @param isClosed whether nothing is created any more
 */
record RefillState(int kept, int creating, int failures, boolean isResting, boolean isClosed) {
    static RefillState empty() {
        return new RefillState(0, 0, 0, false, false);
    }

    boolean mayCreate(WarmPoolOptions options) {
        int atOnce = failures > 0 ? 1 : options.refill().maxCreations();
        return !isResting && !isClosed && kept < options.ready() && creating < atOnce;
    }

    RefillState begun() {
        return new RefillState(kept + 1, creating + 1, failures, isResting, isClosed);
    }

    RefillState created() {
        return new RefillState(kept, creating - 1, 0, isResting, isClosed);
    }

    RefillState failed() {
        return new RefillState(kept - 1, creating - 1, isResting ? failures : failures + 1, true, isClosed);
    }

    RefillState rested() {
        return new RefillState(kept, creating, failures, false, isClosed);
    }

    /** Borrowed, or removed. */
    RefillState left() {
        return new RefillState(kept - 1, creating, failures, isResting, isClosed);
    }

    RefillState closed() {
        return new RefillState(kept, creating, failures, isResting, true);
    }
}
