// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import reactor.core.publisher.Mono;

/** One call of a runtime: what it keeps on disk, what it is about, and the command. */
record Call(Invocation invocation, Subject subject, Command command) {
    /** Fails with what the log and standard error say of a command that ended so. */
    <T> Mono<T> failure(ExitStatus status, String stderr) {
        FailedCommand failed = new FailedCommand(command.argv(), status, stderr);
        return invocation
                .lastError()
                .<T>flatMap(message -> Mono.error(() -> RuntimeErrors.classify(subject, failed, message)))
                .switchIfEmpty(Mono.error(() -> RuntimeErrors.classify(subject, failed, null)));
    }

    /**
     * Tells the end of a payload from that of the runtime that stands for it: a runtime that was killed tells nothing,
     * and one that failed itself has logged an error.
     */
    Mono<ExitStatus> toPayloadStatus(ExitStatus status) {
        if (status.isSuccess()) {
            return Mono.just(status);
        }
        if (!(status instanceof ExitStatus.Exited)) {
            return Mono.just(ExitStatus.unknown());
        }
        FailedCommand failed = new FailedCommand(command.argv(), status, "");
        return invocation
                .lastError()
                .<ExitStatus>flatMap(message -> Mono.error(() -> RuntimeErrors.classify(subject, failed, message)))
                .switchIfEmpty(Mono.fromSupplier(() -> ExitStatus.fromShellCode(status.code())));
    }
}
