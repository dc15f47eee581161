// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The processes that a runtime started, from their start until they are released or their container is deleted. */
final class ProcessRecords {
    private final Map<ContainerId, Collection<ProcessRecord>> records = new ConcurrentHashMap<>();

    void add(ContainerId id, ProcessRecord record) {
        records.compute(id, (key, known) -> {
            Collection<ProcessRecord> all = known == null ? new CopyOnWriteArrayList<>() : known;
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
}
