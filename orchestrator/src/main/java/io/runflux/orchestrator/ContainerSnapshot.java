// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventFilter;
import io.runflux.events.SubscribeOptions;
import java.util.List;
import java.util.Objects;

/**
 * All containers at one moment, and where the events were before it.
 *
 * @param epoch the life of the event stream
 * @param sequence the number of the newest event before the containers were looked at, or 0 if there was none; each of
 *     the containers is as new as that, or newer
 * @param containers the containers, in the order of their ids
 */
public record ContainerSnapshot(String epoch, long sequence, List<ContainerInfo> containers) {
    /**
     * Copies the containers.
     *
     * @param epoch the life of the event stream
     * @param sequence the number of the newest event before
     * @param containers the containers
     */
    public ContainerSnapshot {
        Objects.requireNonNull(epoch, "epoch");
        containers = List.copyOf(containers);
    }

    /**
     * Returns the options by which the events go on from here.
     *
     * @param filter which events
     * @return the options, otherwise the defaults
     */
    public SubscribeOptions follow(EventFilter filter) {
        return SubscribeOptions.defaults().withFilter(filter).from(epoch, sequence + 1);
    }
}
