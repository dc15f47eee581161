// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

/** Who delivers. */
public enum Deliverer {
    /** The event stream. */
    RUNFLUX("Runflux"),
    /** The event stream with one subscriber more, which never asks for anything. */
    RUNFLUX_ONE_STALLED("Runflux, one more stalled"),
    /** A multicast sink of Reactor, with each subscriber on a worker of its own. */
    SINKS("Reactor's multicast sink");

    private final String label;

    Deliverer(String label) {
        this.label = label;
    }

    /**
     * Returns the name for people.
     *
     * @return the label
     */
    public String label() {
        return label;
    }

    DeliveryContender open(int subscribers) {
        return switch (this) {
            case RUNFLUX -> new RunfluxDeliveryContender(subscribers, false);
            case RUNFLUX_ONE_STALLED -> new RunfluxDeliveryContender(subscribers, true);
            case SINKS -> new SinksDeliveryContender(subscribers);
        };
    }
}
