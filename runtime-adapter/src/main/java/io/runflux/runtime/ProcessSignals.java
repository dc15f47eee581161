// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessAlreadyExitedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Signals one process of a container through its runtime. Once the process has ended the runtime is not asked: it may
 * have given the number to another process, or the id to another container.
 *
 * @param id the container
 * @param isInit whether the process is its init
 * @param pid what the runtime calls it; empty if it has not told that
 * @param end completes at once if the process, or what stands for it, has ended
 * @param killer what asks the runtime
 */
record ProcessSignals(ContainerId id, boolean isInit, Mono<Integer> pid, Mono<ExitStatus> end, Killer killer) {
    Mono<Void> send(Signal signal) {
        return pid.flatMap(this::ifRunning)
                .switchIfEmpty(Mono.defer(this::whyNot))
                .flatMap(number -> killer.kill(id, signal, isInit ? KillOptions.init() : KillOptions.process(number)))
                .onErrorMap(ProcessSignals::meansEnded, error -> hasEnded());
    }

    private Mono<Integer> ifRunning(int number) {
        return ProcessRecord.hasEnded(end).filter(hasEnded -> !hasEnded).map(running -> number);
    }

    /** A process whose number nobody knows yet is no process that has ended. */
    private Mono<Integer> whyNot() {
        return ProcessRecord.hasEnded(end)
                .flatMap(hasEnded -> Mono.error(
                        hasEnded
                                ? hasEnded()
                                : new CommandFailedException(
                                        "the runtime has not told the pid of the process of container " + id,
                                        null,
                                        null)));
    }

    private static boolean meansEnded(Throwable error) {
        return error instanceof NoSuchProcessException
                || error instanceof NoSuchContainerException
                || (error instanceof IllegalContainerStateException refusal && isOfEnded(refusal.actual()));
    }

    private static boolean isOfEnded(@Nullable ContainerStatus status) {
        return status == null || status == ContainerStatus.STOPPED;
    }

    private ProcessAlreadyExitedException hasEnded() {
        return new ProcessAlreadyExitedException("the process of container " + id);
    }

    /** Signals a process of a container. */
    @FunctionalInterface
    interface Killer {
        Mono<Void> kill(ContainerId id, Signal signal, KillOptions options);
    }
}
