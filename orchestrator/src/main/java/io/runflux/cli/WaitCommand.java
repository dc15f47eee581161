// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.OciRuntime;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "wait",
        description =
                "Waits for the end of a container, and prints its exit code, 128 and the number of the signal that"
                        + " killed it, or 255 if nobody could see the end.",
        mixinStandardHelpOptions = true)
final class WaitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Override
    public Integer call() {
        ExitStatus status = Required.of(container.<ExitStatus>call(Orchestrator::waitFor, OciRuntime::waitFor));
        spec.commandLine().getOut().println(ExitCodes.of(status));
        return ExitCodes.OK;
    }
}
