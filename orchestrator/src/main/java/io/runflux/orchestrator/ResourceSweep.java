// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One look through the records of one runtime. Nothing that goes wrong with one record keeps it from the others. */
final class ResourceSweep {
    private static final Logger log = LoggerFactory.getLogger(ResourceSweep.class);

    private final ResourceKeeper keeper;
    private final ResourceRecords records;
    private final OciRuntime runtime;
    private final Predicate<String> isAsked;
    private final List<ContainerId> released = new ArrayList<>();
    private final List<ContainerId> left = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    ResourceSweep(ResourceKeeper keeper, ResourceRecords records, OciRuntime runtime, Predicate<String> isAsked) {
        this.keeper = keeper;
        this.records = records;
        this.runtime = runtime;
        this.isAsked = isAsked;
    }

    Mono<SweepReport> run() {
        return FileWork.call(records::names)
                .flatMapIterable(names -> names)
                .filter(isAsked)
                .concatMap(this::sweep, 0)
                .onErrorResume(error -> Mono.fromRunnable(() -> errors.add(error)))
                .then(Mono.fromSupplier(() -> new SweepReport(released, left, errors)));
    }

    private Flux<Void> sweep(String name) {
        return FileWork.call(() -> records.read(name))
                .flatMap(Mono::justOrEmpty)
                .filter(record -> record.runtime().equals(runtime.name()))
                .flatMap(record -> sweep(name, record))
                .onErrorResume(error -> Mono.fromRunnable(() -> errors.add(error)))
                .flux();
    }

    private Mono<Void> sweep(String name, ResourceRecord record) {
        return isInUse(record).flatMap(isInUse -> {
            if (isInUse) {
                left.add(record.container());
                return Mono.empty();
            }
            log.debug("{}: what it held is released, its owner has gone", record.container());
            return Resources.found(keeper, name, record)
                    .release(ReleaseScope.OUTLIVING_SANDBOX)
                    .then(Mono.fromRunnable(() -> released.add(record.container())));
        });
    }

    private Mono<Boolean> isInUse(ResourceRecord record) {
        ContainerId id = record.container();
        Mono<Boolean> exists = runtime.state(id).thenReturn(true).onErrorReturn(NoSuchContainerException.class, false);
        return FileWork.call(() -> record.owner().mayRun()).flatMap(mayRun -> mayRun ? Mono.just(true) : exists);
    }
}
