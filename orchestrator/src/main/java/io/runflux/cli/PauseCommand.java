// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.OciRuntime;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "pause", description = "Freezes all processes of a container.", mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Override
    public Integer call() {
        container.<Void>call(Orchestrator::pause, OciRuntime::pause);
        return ExitCodes.OK;
    }
}
