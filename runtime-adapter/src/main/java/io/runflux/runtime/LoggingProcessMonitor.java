// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Tells the log what another monitor does. */
final class LoggingProcessMonitor implements ProcessMonitor {
    private final ProcessMonitor next;
    private final Logger log;

    LoggingProcessMonitor(ProcessMonitor next) {
        this(next, LoggerFactory.getLogger(ProcessMonitor.class));
    }

    LoggingProcessMonitor(ProcessMonitor next, Logger log) {
        this.next = next;
        this.log = log;
    }

    @Override
    public Mono<RunningProcess> start(ProcessSpec command) {
        return next.start(command)
                .doOnNext(process -> logStart(process, command))
                .doOnError(error -> log.debug("cannot execute {}", words(command), error));
    }

    @Override
    public Mono<ExitStatus> await(RunningProcess command) {
        return next.await(command).doOnNext(status -> log.debug("{}: {}", command, status));
    }

    private void logStart(RunningProcess process, ProcessSpec command) {
        if (log.isDebugEnabled()) {
            log.debug("{}: executing {}", process, words(command));
        }
    }

    private static String words(ProcessSpec command) {
        return FailedCommand.words(command);
    }
}
