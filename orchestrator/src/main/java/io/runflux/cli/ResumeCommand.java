// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.OciRuntime;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "resume", description = "Thaws a paused container.", mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Override
    public Integer call() {
        container.<Void>call(Orchestrator::resume, OciRuntime::resume);
        return ExitCodes.OK;
    }
}
