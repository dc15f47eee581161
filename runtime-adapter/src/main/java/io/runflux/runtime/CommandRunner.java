// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.CaptureLimits;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Runs commands through the monitor. At most 16 MiB of each stream are kept. */
final class CommandRunner {
    private static final CaptureLimits LIMITS = CaptureLimits.defaults().withMaxBytes(16 << 20);

    private final ProcessMonitor monitor;

    CommandRunner(ProcessMonitor monitor) {
        this.monitor = monitor;
    }

    Mono<RunningProcess> start(ProcessSpec spec) {
        return Blocking.unchained(monitor.start(spec))
                .onErrorMap(ProcessStartException.class, CommandRunner::unavailable);
    }

    Mono<ExitStatus> await(RunningProcess process) {
        return Blocking.unchained(monitor.await(process));
    }

    /**
     * Runs a command to its end and keeps what it writes; cancelling kills it. It fails with a
     * {@link TimeoutException}, once the command is killed, if there is a limit and it takes longer.
     */
    Mono<CommandResult> run(Command command, @Nullable Duration limit) {
        ProcessSpec spec =
                command.toSpec().stdout(Stdio.pipe()).stderr(Stdio.pipe()).build();
        return Mono.usingWhen(start(spec), process -> limited(finish(process), limit), RunningProcess::release);
    }

    private Mono<CommandResult> finish(RunningProcess process) {
        return Mono.zip(process.capture(LIMITS), await(process), CommandResult::of);
    }

    private static <T> Mono<T> limited(Mono<T> work, @Nullable Duration limit) {
        return limit == null ? work : work.timeout(limit);
    }

    private static RuntimeUnavailableException unavailable(ProcessStartException error) {
        return new RuntimeUnavailableException("the runtime could not be started: " + error.getMessage(), error);
    }
}
