// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.attach.AttachPoint;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.runtime.OciRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What other commands get of a container that this one runs. */
record HeldContainer(ContainerId id, Path stateDirectory, String runtime, RunSession session) {
    private static final Logger log = LoggerFactory.getLogger(HeldContainer.class);

    /**
     * Removes what others get of containers whose command was killed: where a log is only of those that the runtime has
     * not any more. To be called before anything is held here. What goes wrong hinders nothing.
     */
    static Mono<Void> sweep(Path stateDirectory, OciRuntime runtime) {
        return AttachPoint.sweep(AttachCommand.directory(stateDirectory))
                .onErrorResume(HeldContainer::ignore)
                .then(forgetLogs(new LogPlaces(stateDirectory), runtime).onErrorResume(HeldContainer::ignore));
    }

    /** Removes what others got of a container that was deleted just now, if its command was killed. */
    static Mono<Void> forget(Path stateDirectory, ContainerId id) {
        return AttachPoint.sweep(AttachCommand.directory(stateDirectory))
                .then(forgetLog(new LogPlaces(stateDirectory), id));
    }

    private static Mono<Void> forgetLogs(LogPlaces places, OciRuntime runtime) {
        return Mono.fromCallable(() -> places.left(runtime.name()))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMapIterable(ids -> ids)
                .filterWhen(id -> runtime.exists(id).map(exists -> !exists), 1)
                .concatMap(id -> forgetLog(places, id))
                .then();
    }

    private static Mono<Void> forgetLog(LogPlaces places, ContainerId id) {
        return Mono.<Void>fromCallable(() -> {
                    places.forget(id);
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static Mono<Void> ignore(Throwable error) {
        log.debug("what a command has left that was killed could not be removed", error);
        return Mono.empty();
    }

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
        AtomicReference<LogPlaces.@Nullable Place> held = new AtomicReference<>();
        session.atEnd(target.close().then(Mono.fromSupplier(held::get)).flatMap(LogPlaces.Place::remove));
        held.set(new LogPlaces(stateDirectory).write(id, runtime, target.target()));
        return target.addTo(streams);
    }
}
