// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventStream;
import io.runflux.events.RuntimeEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the events of one container. */
final class RunEvents {
    private static final Logger log = LoggerFactory.getLogger(RunEvents.class);

    private final ContainerId id;
    private final String cause;
    private final EventStream events;

    /** The verb is that of the command that the container's life is owed to. */
    RunEvents(ContainerId id, String verb, EventStream events) {
        this.id = id;
        cause = verb + " " + id;
        this.events = events;
    }

    void publish(RuntimeEvent event) {
        publish(event, cause);
    }

    /** Publishes what another command has led to. */
    void publish(RuntimeEvent event, String otherCause) {
        try {
            events.publish(event, otherCause);
        } catch (IllegalStateException disposed) {
            log.debug("{}: nobody is told of {}, the event stream was disposed of", id, event.topic());
        }
    }
}
