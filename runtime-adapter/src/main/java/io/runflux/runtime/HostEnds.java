// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.runtime.KillOptions.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Signals containers, and removes them with all that runs in them. */
final class HostEnds {
    private final HostContainers containers;
    private final HostExecutions executions;
    private final HostSignals signals;

    HostEnds(HostContainers containers, HostExecutions executions, HostSignals signals) {
        this.containers = containers;
        this.executions = executions;
        this.signals = signals;
    }

    /** Signals the container's own process, or all of its processes. */
    Mono<Void> kill(ContainerId id, Signal signal, Scope scope) {
        return containers
                .state(id)
                .flatMap(state -> scope == Scope.ALL ? killAll(id, state, signal) : kill(id, state, signal, scope))
                .onErrorMap(ProcessAlreadyExitedException.class, e -> stopped(id));
    }

    private static IllegalContainerStateException stopped(ContainerId id) {
        return new IllegalContainerStateException(id, ContainerOperation.KILL, ContainerStatus.STOPPED, null);
    }

    private Mono<Void> killAll(ContainerId id, ContainerState state, Signal signal) {
        return executions
                .signal(HostStore.token(state), signal)
                .then(
                        state.status() == ContainerStatus.STOPPED
                                ? Mono.empty()
                                : Mono.defer(() -> kill(id, state, signal, Scope.ALL)));
    }

    private Mono<Void> kill(ContainerId id, ContainerState state, Signal signal, Scope scope) {
        HostContainers.require(ContainerOperation.KILL, id, state);
        HostProcess init = containers.own(id, state);
        if (init != null) {
            return kill(id, init, signal, scope);
        }
        return state.status() == ContainerStatus.CREATED
                ? claimEnd(id, ContainerOperation.KILL).then(containers.recordStopped(id))
                : signals.send(state, signal, scope == Scope.ALL);
    }

    /** Signals a process of ours; one whose start was not begun ends by that. */
    Mono<Void> kill(ContainerId id, HostProcess init, Signal signal, Scope scope) {
        if (init.endBeforeStart(ExitStatus.signaled(signal))) {
            return claimEnd(id, ContainerOperation.KILL).then(containers.recordStopped(id));
        }
        return init.process()
                .switchIfEmpty(Mono.error(() -> stopped(id)))
                .flatMap(process ->
                        scope == Scope.ALL ? signals.sendToSession(process, signal) : process.signal(signal));
    }

    private Mono<Void> claimEnd(ContainerId id, ContainerOperation operation) {
        return Blocking.run(() -> containers.claim(operation, id));
    }

    Mono<Void> delete(ContainerId id, DeleteOptions options) {
        Mono<Void> delete = Blocking.<ContainerState>call(
                        () -> options.force() ? containers.readAnyway(id) : containers.read(id))
                .flatMap(state -> delete(id, state, options));
        return options.force() ? delete.onErrorComplete(NoSuchContainerException.class) : delete;
    }

    /** What was executed is ended twice: something may have been added until the container was gone. */
    private Mono<Void> delete(ContainerId id, ContainerState state, DeleteOptions options) {
        if (!options.force()) {
            HostContainers.require(ContainerOperation.DELETE, id, state);
        }
        HostProcess init = containers.own(id, state);
        return (init == null ? endOfAnother(id, state, options) : endOf(id, init, state, options))
                .then(executions.end(HostStore.token(state)))
                .then(containers.forget(id, init))
                .then(executions.end(HostStore.token(state)));
    }

    private Mono<Void> endOfAnother(ContainerId id, ContainerState state, DeleteOptions options) {
        return switch (state.status()) {
            case RUNNING -> signals.killAndAwait(state);
            case CREATED -> options.force() ? Mono.empty() : claimEnd(id, ContainerOperation.DELETE);
            default -> Mono.empty();
        };
    }

    private Mono<Void> endOf(ContainerId id, HostProcess init, ContainerState state, DeleteOptions options) {
        boolean isStartedMeanwhile =
                !init.endBeforeStart(ExitStatus.signaled(Signal.KILL)) && state.status() == ContainerStatus.CREATED;
        return isStartedMeanwhile && !options.force()
                ? Mono.error(() -> new IllegalContainerStateException(
                        id, ContainerOperation.DELETE, ContainerStatus.RUNNING, null))
                : killOthers(state.pid()).then(init.remove());
    }

    private Mono<Void> killOthers(@Nullable Integer session) {
        return session == null ? Mono.empty() : signals.sendOutsideGroup(session, Signal.KILL);
    }

    /** Removes a container whose process has ended, for whoever was attached to that. */
    Mono<Void> removeEnded(ContainerId id, HostProcess init) {
        return executions
                .end(init.token())
                .then(containers.forgetIfThere(id, init))
                .then(executions.end(init.token()));
    }
}
