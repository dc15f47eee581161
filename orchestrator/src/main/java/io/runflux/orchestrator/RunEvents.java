// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventStream;
import io.runflux.events.RuntimeEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the events of one run. */
final class RunEvents {
    private static final Logger log = LoggerFactory.getLogger(RunEvents.class);

    private final ContainerId id;
    private final EventStream events;

    RunEvents(ContainerId id, EventStream events) {
        this.id = id;
        this.events = events;
    }

    void publish(RuntimeEvent event) {
        try {
            events.publish(event, "run " + id);
        } catch (IllegalStateException disposed) {
            log.debug("{}: nobody is told of {}, the event stream was disposed of", id, event.topic());
        }
    }
}
