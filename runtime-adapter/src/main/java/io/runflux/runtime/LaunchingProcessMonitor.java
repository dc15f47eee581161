// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import reactor.core.publisher.Mono;

/** Starts with a launcher. */
record LaunchingProcessMonitor(ProcessLauncher launcher) implements ProcessMonitor {
    @Override
    public Mono<RunningProcess> start(ProcessSpec command) {
        return launcher.launch(command);
    }

    @Override
    public Mono<ExitStatus> await(RunningProcess command) {
        return command.exit();
    }
}
