// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.Stdio;
import reactor.core.publisher.Mono;

/** Runs commands with a launcher; at most 16 MiB of each stream are kept. */
final class LauncherCommandExecutor implements CommandExecutor {
    private static final CaptureLimits LIMITS = CaptureLimits.defaults().withMaxBytes(16 << 20);

    private final ProcessLauncher launcher;

    LauncherCommandExecutor(ProcessLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Mono<CommandResult> execute(Command command) {
        ProcessSpec spec =
                command.toSpec().stdout(Stdio.pipe()).stderr(Stdio.pipe()).build();
        return launcher.capture(spec, LIMITS)
                .onErrorMap(ProcessStartException.class, LauncherCommandExecutor::unavailable)
                .map(LauncherCommandExecutor::toResult);
    }

    static RuntimeUnavailableException unavailable(ProcessStartException error) {
        return new RuntimeUnavailableException("the runtime could not be started: " + error.getMessage(), error);
    }

    private static CommandResult toResult(CapturedOutput output) {
        return new CommandResult(output.status(), output.stdout(), output.stderr(), output.isTruncated());
    }
}
