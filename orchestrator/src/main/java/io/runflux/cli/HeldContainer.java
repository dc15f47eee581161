// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.attach.AttachPoint;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.Resource;
import io.runflux.orchestrator.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What other commands get of a container that this one runs. It is held until the log is written to its end, which is
 * after the run has released what it held itself.
 */
record HeldContainer(Resources resources, Path stateDirectory, RunSession session) {
    private static final Logger log = LoggerFactory.getLogger(HeldContainer.class);

    /** Lets others attach to it. Where that cannot be, it runs all the same. */
    ContainerStreams share(ContainerStreams streams, boolean takesInput) {
        try {
            Path sockets = AttachCommand.directory(stateDirectory);
            StateDirectory.makePrivate(sockets);
            Path socket = AttachPoint.newSocket(sockets, resources.container());
            AttachPoint point = Required.of(session.await(
                    resources.acquire(new Resource.Socket(socket), AttachPoint.listen(socket, streams, takesInput))));
            session.atEnd(point.close());
            return point.share(streams);
        } catch (IOException | RuntimeException e) {
            log.debug("{}: nobody can attach to it", resources.container(), e);
            return streams;
        }
    }

    /** Writes its output to a log, if there is one, and writes down which. */
    ContainerStreams logTo(@Nullable OutputLog target, ContainerStreams streams) {
        if (target == null) {
            return streams;
        }
        AtomicReference<LogPlaces.@Nullable Place> held = new AtomicReference<>();
        session.atEnd(target.close().then(Mono.fromSupplier(held::get)).flatMap(LogPlaces.Place::close));
        Path file = new LogPlaces(stateDirectory).choose(resources.container());
        held.set(session.await(
                resources.acquire(new Resource.RegularFile(file), LogPlaces.write(file, target.target()))));
        return target.addTo(streams);
    }
}
