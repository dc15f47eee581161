// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import io.runflux.runtime.KillOptions.Scope;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** What is done with a process of a container by its number on this host. */
final class WatchedPids {
    private WatchedPids() {}

    /**
     * Signals a process, or its group. The number is looked for in the container before it is watched, since what is
     * not the container's must not be, and again afterwards, since it may have been given to another in between.
     *
     * @param look fails if the number is not that of a process in the container
     */
    static Mono<Void> kill(
            ProcessLauncher launcher, ContainerId id, Mono<Void> look, Signal signal, KillOptions options) {
        int pid = options.pid();
        return look.then(Mono.usingWhen(
                        launcher.watch(pid),
                        process -> look.then(
                                options.scope() == Scope.PROCESS
                                        ? process.signal(signal)
                                        : process.signalGroup(signal)),
                        WatchedProcess::release))
                .onErrorMap(ProcessAlreadyExitedException.class, e -> new NoSuchProcessException(id, pid, null))
                .transform(Operation.named("kill process " + pid + " of " + id));
    }

    /** Reads what a process is; empty if it has ended and was reaped. */
    static Mono<ProcessState> describe(int pid, boolean isOurs) {
        return Blocking.<Optional<List<String>>>call(() -> ProcFiles.command(pid))
                .flatMap(Mono::justOrEmpty)
                .map(command -> new ProcessState(pid, command, isOurs, command.isEmpty()));
    }
}
