// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The processes that a runtime started, from their start until they are released or their container is deleted. */
final class ProcessRecords {
    private final Map<ContainerId, Collection<ProcessRecord>> records = new ConcurrentHashMap<>();

    /** A new init means a new container, of which what went before was none. */
    void add(ContainerId id, ProcessRecord record) {
        records.compute(id, (key, known) -> {
            boolean isNew = known == null || record.isInit();
            Collection<ProcessRecord> all = isNew ? new CopyOnWriteArrayList<>() : known;
            all.add(record);
            return all;
        });
    }

    void remove(ContainerId id, ContainerProcess process) {
        records.computeIfPresent(id, (key, known) -> {
            known.removeIf(record -> record.process() == process);
            return known.isEmpty() ? null : known;
        });
    }

    void forget(ContainerId id) {
        records.remove(id);
    }

    Flux<ProcessRecord> of(ContainerId id) {
        return Flux.defer(() -> Flux.fromIterable(records.getOrDefault(id, List.of())));
    }

    Mono<ProcessRecord> find(ContainerId id, int pid) {
        return of(id).filterWhen(record -> record.pid().map(value -> value == pid))
                .next();
    }

    Mono<ProcessRecord> init(ContainerId id) {
        return of(id).filter(ProcessRecord::isInit).next();
    }

    /** Returns those that have ended. */
    Flux<ProcessState> ended(ContainerId id) {
        return of(id).filterWhen(ProcessRecord::hasEnded)
                .concatMap(ProcessRecord::pid)
                .map(pid -> new ProcessState(pid, List.of(), true, true));
    }

    Mono<ProcessRecord> get(ContainerId id, int pid) {
        return find(id, pid).switchIfEmpty(Mono.error(() -> new NoSuchProcessException(id, pid, null)));
    }

    /** Lets go of a process that has ended; one that is not on record is no failure. */
    Mono<Void> delete(ContainerId id, int pid, Function<ContainerProcess, Mono<Void>> letGo) {
        return find(id, pid).flatMap(record -> record.hasEnded()
                .flatMap(hasEnded -> hasEnded ? letGo.apply(record.process()) : Mono.error(stillRuns(id, pid))));
    }

    private static CommandFailedException stillRuns(ContainerId id, int pid) {
        return new CommandFailedException(
                "cannot delete the record of process " + pid + " in " + id + ": it still runs", null, null);
    }
}
