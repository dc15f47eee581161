// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.Stdio;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One call of a runtime: what it keeps on disk, what it is about, and the command. */
record Call(Invocation invocation, Subject subject, Command command) {
    Call with(List<Stdio> descriptors) {
        return new Call(invocation, subject, command.with(descriptors));
    }

    /** Fails with what the log and standard error say of a command that ended so. */
    <T> Mono<T> failure(ExitStatus status, String stderr) {
        return invocation
                .lastError()
                .map(message -> classify(status, stderr, message))
                .switchIfEmpty(Mono.fromSupplier(() -> classify(status, stderr, null)))
                .flatMap(Mono::error);
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
        return invocation
                .lastError()
                .<ExitStatus>flatMap(message -> Mono.error(() -> classify(status, "", message)))
                .switchIfEmpty(Mono.fromSupplier(() -> ExitStatus.fromShellCode(status.code())));
    }

    private OciRuntimeException classify(ExitStatus status, String stderr, @Nullable String logged) {
        return RuntimeErrors.classify(subject, new FailedCommand(command.argv(), status, stderr, logged));
    }
}
