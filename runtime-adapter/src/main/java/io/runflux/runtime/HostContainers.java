// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The containers on disk, and the processes of those that this runtime created. What another JVM ended or replaced ends
 * here, too, as soon as that is seen. Methods that return no Mono block, but for {@link #own}.
 */
final class HostContainers {
    private final HostStore store;
    private final ProcessRecords records;
    private final Map<ContainerId, HostProcess> inits = new ConcurrentHashMap<>();

    HostContainers(HostStore store, ProcessRecords records) {
        this.store = store;
        this.records = records;
    }

    /** Whatever is on record under the id is that of another, which is gone. */
    void create(ContainerId id, ContainerState state, HostProcess init) throws IOException {
        store.create(id, state);
        drop(id, inits.get(id));
        records.forget(id);
        inits.put(id, init);
    }

    Mono<ContainerState> state(ContainerId id) {
        return Blocking.call(() -> read(id));
    }

    /**
     * A process is known only after the state of its container was written. So one that was known before a state was
     * looked for in vain is that of a container that has gone; one that is known afterwards may be a new one's.
     */
    ContainerState read(ContainerId id) throws IOException {
        HostProcess init = inits.get(id);
        try {
            return store.read(id);
        } catch (NoSuchContainerException e) {
            drop(id, init);
            throw e;
        }
    }

    ContainerState readAnyway(ContainerId id) throws IOException {
        HostProcess init = inits.get(id);
        try {
            return store.readAnyway(id);
        } catch (NoSuchContainerException e) {
            drop(id, init);
            throw e;
        }
    }

    List<ContainerState> list() throws IOException {
        return store.list();
    }

    /**
     * Returns the process of the container if this runtime created it. Blocks if it is not that of the state.
     *
     * @throws NoSuchContainerException if the state is that of a container that has gone, and another has its id now
     */
    @Nullable
    HostProcess own(ContainerId id, ContainerState state) {
        HostProcess init = inits.get(id);
        if (init == null) {
            return null;
        }
        if (!init.isOf(state)) {
            requireLatest(id, init);
            drop(id, init);
            return null;
        }
        if (state.status() == ContainerStatus.STOPPED) {
            init.endBeforeStart(ExitStatus.unknown());
        }
        return init;
    }

    /** Of a process and a state that do not belong together the older one is that of a container that has gone. */
    private void requireLatest(ContainerId id, HostProcess init) {
        try {
            if (init.isOf(read(id))) {
                throw new NoSuchContainerException(id, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void drop(ContainerId id, @Nullable HostProcess init) {
        if (init != null) {
            if (inits.remove(id, init)) {
                records.forget(id);
            }
            init.endBeforeStart(ExitStatus.unknown());
        }
    }

    static ContainerState require(ContainerOperation operation, ContainerId id, ContainerState state) {
        if (!operation.isAllowedIn(state.status())) {
            throw refusal(operation, id, state.status());
        }
        return state;
    }

    private static IllegalContainerStateException refusal(
            ContainerOperation operation, ContainerId id, ContainerStatus status) {
        return operation == ContainerOperation.PS
                ? new ContainerNotRunningException(id, operation, status, null)
                : new IllegalContainerStateException(id, operation, status, null);
    }

    void claim(ContainerOperation operation, ContainerId id) throws IOException {
        if (!store.claim(id)) {
            throw new IllegalContainerStateException(id, operation, null, null);
        }
    }

    Mono<Void> recordStarted(ContainerId id, RunningProcess process) {
        return Blocking.run(() -> recordStartedNow(id, process.pid()));
    }

    private void recordStartedNow(ContainerId id, int pid) throws IOException {
        long startTime = ProcFiles.startTime(pid).orElse(0);
        store.write(
                id,
                store.read(id)
                        .withStatus(ContainerStatus.RUNNING)
                        .withPid(pid)
                        .withUnknown(HostStore.START_TIME, startTime));
    }

    Mono<Void> recordStopped(ContainerId id) {
        return Blocking.run(() -> store.write(
                id, store.read(id).withStatus(ContainerStatus.STOPPED).withPid(null)));
    }

    Mono<Void> forget(ContainerId id, @Nullable HostProcess init) {
        return Blocking.run(() -> {
            records.forget(id);
            store.delete(id);
            if (init != null) {
                inits.remove(id, init);
            }
        });
    }

    /**
     * Forgets a container whose process has ended, but not the records, unless that was done before: the id may be
     * another's by now.
     */
    Mono<Void> forgetIfThere(ContainerId id, HostProcess init) {
        return Blocking.run(() -> {
                    if (inits.remove(id, init) && init.isOf(store.readAnyway(id))) {
                        store.delete(id);
                    }
                })
                .onErrorComplete(NoSuchContainerException.class);
    }
}
