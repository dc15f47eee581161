// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import reactor.core.publisher.Mono;

/**
 * Starts the commands of a runtime and sees them to their end: the place to watch, count, refuse or replace them.
 * Implementations are safe for concurrent use.
 */
public interface ProcessMonitor {
    /**
     * Returns a monitor that starts with a launcher and tells the log what it does, at level debug: the command, with
     * what looks like a secret left out, and how it ended.
     *
     * @param launcher what commands are started with; it stays its owner's
     * @return the monitor
     */
    static ProcessMonitor logging(ProcessLauncher launcher) {
        return new LoggingProcessMonitor(new LaunchingProcessMonitor(launcher));
    }

    /**
     * Starts a command when subscribed to; cancelling before it is handed over kills it.
     *
     * @param command what to start
     * @return the running command, which the subscriber releases; fails with
     *     {@link io.runflux.process.ProcessStartException}
     */
    Mono<RunningProcess> start(ProcessSpec command);

    /**
     * Waits for the end of a command.
     *
     * @param command what {@link #start} gave
     * @return how it ended, never empty; cancelling ends the waiting alone
     */
    Mono<ExitStatus> await(RunningProcess command);
}
