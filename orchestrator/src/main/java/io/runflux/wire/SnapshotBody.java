// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.EventCursor;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.ContainerSnapshot;
import java.util.List;
import java.util.Objects;

/**
 * All containers at one moment.
 *
 * @param cursor where the events were before it
 * @param containers the containers, in the order of their ids
 */
public record SnapshotBody(EventCursor cursor, List<ContainerInfo> containers) {
    /**
     * Copies the containers.
     *
     * @param cursor where the events were before it
     * @param containers the containers
     */
    public SnapshotBody {
        Objects.requireNonNull(cursor, "cursor");
        containers = List.copyOf(containers);
    }

    /**
     * Returns a snapshot as a body.
     *
     * @param snapshot the snapshot
     * @return the body
     */
    public static SnapshotBody of(ContainerSnapshot snapshot) {
        return new SnapshotBody(new EventCursor(snapshot.epoch(), snapshot.sequence()), snapshot.containers());
    }

    /**
     * Returns this body as a snapshot.
     *
     * @return the snapshot
     */
    public ContainerSnapshot toSnapshot() {
        return new ContainerSnapshot(cursor.epoch(), cursor.sequence(), containers);
    }
}
