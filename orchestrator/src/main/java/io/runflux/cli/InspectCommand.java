// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        description = "Prints all that is known of a container as one JSON object: its state and, of one of a server,"
                + " when it began and ended and why, its restarts, its health, its streams and how it is looked after.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Override
    public Integer call() {
        ContainerDetails details = Required.of(container.<ContainerDetails>orchestrate(Orchestrator::inspect));
        spec.commandLine().getOut().println(new String(WireJson.write(details), StandardCharsets.UTF_8));
        return ExitCodes.OK;
    }
}
