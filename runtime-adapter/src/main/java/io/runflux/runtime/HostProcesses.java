// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What can be asked about, waited for and signalled in a container. Its processes are those of the session that its own
 * leads, and of the sessions that what this runtime executed in it leads, as long as the leaders run.
 */
final class HostProcesses {
    private final ProcessLauncher launcher;
    private final HostContainers containers;
    private final HostExecutions executions;
    private final ProcessRecords records;

    HostProcesses(
            ProcessLauncher launcher, HostContainers containers, HostExecutions executions, ProcessRecords records) {
        this.launcher = launcher;
        this.containers = containers;
        this.executions = executions;
        this.records = records;
    }

    Mono<Integer> initPid(ContainerId id) {
        return running(id)
                .flatMap(state -> Mono.justOrEmpty(state.pid()))
                .switchIfEmpty(Mono.error(() -> new CommandFailedException(
                        "container " + id + " has no process before it is started", null, null)));
    }

    Flux<Integer> pids(ContainerId id) {
        return members(running(id));
    }

    private Mono<ContainerState> running(ContainerId id) {
        return containers.state(id).map(state -> HostContainers.require(ContainerOperation.PS, id, state));
    }

    /** The leaders are looked at after the processes, for the number of a leader that still runs is no other's. */
    private Flux<Integer> members(Mono<ContainerState> container) {
        return Blocking.<SortedMap<Integer, Integer>>call(ProcFiles::sessions)
                .flatMapMany(sessions ->
                        container.flatMap(this::leaders).flatMapIterable(leaders -> members(sessions, leaders)));
    }

    private Mono<Set<Integer>> leaders(ContainerState state) {
        return executions
                .running(HostStore.token(state))
                .map(HostProcess::pid)
                .concatWith(Mono.justOrEmpty(state.pid()))
                .collect(Collectors.toSet());
    }

    private static List<Integer> members(SortedMap<Integer, Integer> sessions, Set<Integer> leaders) {
        return sessions.keySet().stream()
                .filter(pid -> leaders.contains(sessions.get(pid)))
                .toList();
    }

    Flux<ProcessState> list(ContainerId id, ProcessView view) {
        Flux<ProcessState> running = members(view == ProcessView.RUNNING ? running(id) : containers.state(id))
                .concatMap(pid -> isOnRecord(id, pid).flatMap(isOurs -> WatchedPids.describe(pid, isOurs)));
        return view == ProcessView.RUNNING
                ? running
                : running.concatWith(records.ended(id)).distinct(ProcessState::pid);
    }

    private Mono<Boolean> isOnRecord(ContainerId id, int pid) {
        return records.find(id, pid).hasElement();
    }

    /** Signals one process or process group. */
    Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        return WatchedPids.kill(launcher, id, requireProcess(id, options.pid()), signal, options);
    }

    private Mono<Void> requireProcess(ContainerId id, int pid) {
        return pids(id).any(value -> value == pid)
                .filter(isThere -> !isThere)
                .flatMap(missing -> Mono.error(new NoSuchProcessException(id, pid, null)));
    }

    Mono<ExitStatus> waitFor(ContainerId id) {
        return containers
                .state(id)
                .flatMap(state -> waitFor(id, state))
                .onErrorResume(NoSuchContainerException.class, e -> exitOnRecord(id, e));
    }

    /** A container that is gone may have left us the end of its process. */
    private Mono<ExitStatus> exitOnRecord(ContainerId id, NoSuchContainerException error) {
        return records.init(id).flatMap(init -> init.process().exit()).switchIfEmpty(Mono.error(error));
    }

    private Mono<ExitStatus> waitFor(ContainerId id, ContainerState state) {
        HostProcess init = containers.own(id, state);
        Integer pid = state.pid();
        if (init != null) {
            return init.exit();
        }
        if (state.status() == ContainerStatus.CREATED) {
            return Mono.error(() -> new CommandFailedException(
                    "cannot wait for container " + id + ": only the process that created it sees it start",
                    null,
                    null));
        }
        return pid == null
                ? Mono.just(ExitStatus.unknown())
                : watch(pid, Blocking.call(() -> HostStore.isSameProcess(state, pid)));
    }

    Mono<ExitStatus> waitFor(ContainerId id, int pid) {
        Mono<Boolean> isThere =
                requireProcess(id, pid).thenReturn(true).onErrorReturn(OciRuntimeException.class, false);
        return records.find(id, pid)
                .flatMap(record -> record.process().exit())
                .switchIfEmpty(requireProcess(id, pid)
                        .onErrorMap(ContainerNotRunningException.class, e -> new NoSuchProcessException(id, pid, null))
                        .then(watch(pid, isThere)));
    }

    /** The watch is opened before the look: if the number was given away in between, the look tells. */
    private Mono<ExitStatus> watch(int pid, Mono<Boolean> isSame) {
        return Mono.usingWhen(
                        launcher.watch(pid),
                        watched -> isSame.flatMap(same -> same ? watched.exit() : Mono.just(ExitStatus.unknown())),
                        WatchedProcess::release)
                .onErrorReturn(ProcessAlreadyExitedException.class, ExitStatus.unknown());
    }

    Mono<ContainerProcess> process(ContainerId id, int pid) {
        return records.get(id, pid).map(ProcessRecord::process);
    }

    Mono<Void> deleteRecord(ContainerId id, int pid) {
        return records.delete(
                id, pid, process -> process instanceof HostProcess ours ? ours.letGo() : process.release());
    }
}
