// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessLauncher;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Signals containers. SIGKILL ends one in whatever state it is, though not every runtime sees to that. */
final class ContainerKills {
    private final RuntimeCommands commands;
    private final Dialect dialect;
    private final ProcessLauncher launcher;

    ContainerKills(RuntimeCommands commands, ProcessLauncher launcher) {
        this.commands = commands;
        dialect = commands.dialect();
        this.launcher = launcher;
    }

    /** Signals the init of a container, or all that runs in it. */
    Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        Mono<Void> call = call(id, signal, options);
        if (dialect.killsBlindly() && options.scope() == KillOptions.Scope.INIT) {
            return commands.state(id).flatMap(state -> killSeeing(state.status(), id, signal, call));
        }
        return dialect.killsRunningAlone() && signal.equals(Signal.KILL)
                ? call.onErrorResume(IllegalContainerStateException.class, refusal -> killIdle(id, call, refusal))
                : call;
    }

    /** Calls the runtime, whatever comes of it. */
    Mono<Void> call(ContainerId id, Signal signal, KillOptions options) {
        return commands.explained(
                id,
                commands.call(Subject.of(ContainerOperation.KILL, id), dialect.kill(id, signal, options))
                        .then());
    }

    private Mono<Void> killSeeing(ContainerStatus status, ContainerId id, Signal signal, Mono<Void> call) {
        if (!ContainerOperation.KILL.isAllowedIn(status)) {
            return Mono.error(ContainerProcesses.refusal(ContainerOperation.KILL, id, status));
        }
        return status == ContainerStatus.PAUSED && signal.equals(Signal.KILL) ? call.then(thaw(id)) : call;
    }

    private Mono<Void> killIdle(ContainerId id, Mono<Void> call, IllegalContainerStateException refusal) {
        if (refusal.actual() == ContainerStatus.PAUSED) {
            return thaw(id).then(call);
        }
        return refusal.actual() == ContainerStatus.CREATED ? killSandbox(id, refusal) : Mono.error(refusal);
    }

    /** A frozen process dies when it is thawed, but in the second version of control groups at once. */
    private Mono<Void> thaw(ContainerId id) {
        return commands.call(Subject.of(ContainerOperation.RESUME, id), dialect.resume(id))
                .then()
                .onErrorResume(OciRuntimeException.class, error -> commands.state(id)
                        .filter(state -> state.status() == ContainerStatus.PAUSED)
                        .flatMap(state -> Mono.<Void>error(error))
                        .onErrorComplete(NoSuchContainerException.class));
    }

    /** What has not been started is its sandbox alone, unless others are in that, too. */
    private Mono<Void> killSandbox(ContainerId id, IllegalContainerStateException refusal) {
        return commands.state(id)
                .mapNotNull(ContainerState::pid)
                .flatMap(pid -> WatchedPids.kill(
                        launcher, id, requireAlone(id, pid, refusal), Signal.KILL, KillOptions.process(pid)))
                .onErrorMap(NoSuchProcessException.class, error -> ended(id));
    }

    private Mono<Void> requireAlone(ContainerId id, int pid, IllegalContainerStateException refusal) {
        return commands.list()
                .filter(state -> Objects.equals(state.pid(), pid))
                .map(ContainerState::id)
                .collectList()
                .filter(ids -> !ids.equals(List.of(id.value())))
                .flatMap(ids -> Mono.error(refusal));
    }

    private static ContainerNotRunningException ended(ContainerId id) {
        return new ContainerNotRunningException(id, ContainerOperation.KILL, ContainerStatus.STOPPED, null);
    }
}
