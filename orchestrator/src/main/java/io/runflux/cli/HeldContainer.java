// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.attach.AttachPoint;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other commands get of a container that this one runs. */
record HeldContainer(ContainerId id, Path stateDirectory, RunSession session) {
    private static final Logger log = LoggerFactory.getLogger(HeldContainer.class);

    /** Lets others attach to it. Where that cannot be, it runs all the same. */
    ContainerStreams share(ContainerStreams streams, boolean takesInput) {
        try {
            Path sockets = AttachCommand.directory(stateDirectory);
            StateDirectory.makePrivate(sockets);
            AttachPoint point = Required.of(
                    AttachPoint.listen(sockets, id, streams, takesInput).block());
            session.atEnd(point.close());
            return point.share(streams);
        } catch (IOException | RuntimeException e) {
            log.debug("{}: nobody can attach to it", id, e);
            return streams;
        }
    }

    /** Writes its output to a log, if there is one, and writes down which. */
    ContainerStreams logTo(@Nullable OutputLog target, ContainerStreams streams) {
        if (target == null) {
            return streams;
        }
        session.atEnd(target.close());
        LogPlaces.Place place = new LogPlaces(stateDirectory).write(id, target.target());
        if (place != null) {
            session.atEnd(place.remove());
        }
        return target.addTo(streams);
    }
}
