// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

/** A subscriber with {@link OverflowPolicy#FAIL} was too slow, and what it did not get is named here. */
public final class EventsLostException extends EventException {
    private static final long serialVersionUID = 1L;

    /** The epoch of the numbers. */
    private final String epoch;

    /** The first number that was not delivered. */
    private final long firstLost;

    /** The newest number when this was noticed. */
    private final long lastLost;

    /**
     * Creates an error.
     *
     * @param why how the subscriber was too slow
     * @param epoch the epoch of the numbers
     * @param firstLost the first number that was not delivered
     * @param lastLost the newest number when this was noticed
     */
    public EventsLostException(String why, String epoch, long firstLost, long lastLost) {
        super(why + ": sequence numbers " + firstLost + " to " + lastLost + " were not delivered", null);
        this.epoch = epoch;
        this.firstLost = firstLost;
        this.lastLost = lastLost;
    }

    /**
     * Returns the epoch that the numbers belong to.
     *
     * @return the epoch
     */
    public String epoch() {
        return epoch;
    }

    /**
     * Returns the first sequence number that was not delivered, from which one can subscribe again.
     *
     * @return the number
     */
    public long firstLost() {
        return firstLost;
    }

    /**
     * Returns the newest sequence number when the loss was noticed.
     *
     * @return the number
     */
    public long lastLost() {
        return lastLost;
    }
}
