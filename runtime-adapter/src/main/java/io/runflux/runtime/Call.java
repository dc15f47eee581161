// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.Stdio;
import io.runflux.runtime.RuntimeLog.Said;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import reactor.core.publisher.Mono;

/**
 * One call of a runtime.
 *
 * @param log tells what the command has said, given what was on its standard error
 * @param subject what it is about
 * @param command what is called
 */
record Call(Function<String, Mono<Said>> log, Subject subject, Command command) {
    Call with(List<Stdio> descriptors) {
        return new Call(log, subject, command.with(descriptors));
    }

    /** Fails with what the log and standard error say of a command that ended so. */
    <T> Mono<T> failure(ExitStatus status, String stderr) {
        return log.apply(stderr).flatMap(said -> Mono.error(() -> classify(status, said)));
    }

    /**
     * Tells the end of a payload from that of the runtime that stands for it: a runtime that was killed tells nothing,
     * and one that failed itself has logged an error and ended with a code of its own. A payload may have either alone.
     */
    Mono<ExitStatus> toPayloadStatus(ExitStatus status, IntPredicate isFailure) {
        if (!(status instanceof ExitStatus.Exited)) {
            return Mono.just(ExitStatus.unknown());
        }
        if (!isFailure.test(status.code())) {
            return Mono.just(ExitStatus.fromShellCode(status.code()));
        }
        return log.apply("")
                .flatMap(said -> said.logged() == null
                        ? Mono.just(ExitStatus.fromShellCode(status.code()))
                        : Mono.error(() -> classify(status, said)));
    }

    private OciRuntimeException classify(ExitStatus status, Said said) {
        return RuntimeErrors.classify(subject, new FailedCommand(command.argv(), status, said.stderr(), said.logged()));
    }
}
