// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.runtime.ContainerProcess;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The way of one process from the call that made it to whoever asked. What arrives just when a time limit fires, or the
 * subscriber cancels, is dropped by the operators between the two, and would stay open: so it is laid down where it
 * comes from, and let go of unless it is taken at the other end. What comes when nobody waits any more is let go of in
 * the background.
 */
final class ProcessHandOver {
    private static final Logger log = LoggerFactory.getLogger(ProcessHandOver.class);

    private final Function<ContainerProcess, Mono<Void>> letGo;
    private @Nullable ContainerProcess kept;
    private boolean isLeft;

    private ProcessHandOver(Function<ContainerProcess, Mono<Void>> letGo) {
        this.letGo = letGo;
    }

    /** Has a call pass through operators that may drop what it yields. */
    static Mono<ContainerProcess> across(
            UnaryOperator<Mono<ContainerProcess>> operators,
            Mono<ContainerProcess> call,
            Function<ContainerProcess, Mono<Void>> letGo) {
        return Mono.defer(() -> new ProcessHandOver(letGo).pass(operators, call));
    }

    private Mono<ContainerProcess> pass(UnaryOperator<Mono<ContainerProcess>> operators, Mono<ContainerProcess> call) {
        return operators
                .apply(call.filter(this::lay))
                .filter(this::take)
                .doOnError(error -> leave())
                .doOnCancel(this::leave);
    }

    private boolean lay(ContainerProcess process) {
        boolean isWaitedFor = keep(process);
        if (!isWaitedFor) {
            letGoOf(process);
        }
        return isWaitedFor;
    }

    private synchronized boolean keep(ContainerProcess process) {
        if (!isLeft) {
            kept = process;
        }
        return !isLeft;
    }

    private synchronized boolean take(ContainerProcess process) {
        boolean isThere = kept == process;
        kept = null;
        return isThere;
    }

    private void leave() {
        ContainerProcess forgotten = close();
        if (forgotten != null) {
            letGoOf(forgotten);
        }
    }

    private synchronized @Nullable ContainerProcess close() {
        ContainerProcess forgotten = kept;
        kept = null;
        isLeft = true;
        return forgotten;
    }

    private void letGoOf(ContainerProcess process) {
        letGo.apply(process)
                .subscribe(
                        nothing -> {},
                        error -> log.warn("{}, which nobody took, could not be let go of", process, error));
    }
}
