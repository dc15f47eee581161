// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerState;
import io.runflux.oci.OciJson;
import io.runflux.orchestrator.ContainerDetails;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "state",
        description = "Prints the state of a container, as the OCI runtime specification has it.",
        mixinStandardHelpOptions = true)
final class StateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Parameters(paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    @Override
    public Integer call() {
        ContainerId container = Required.of(id);
        String state = options.call(
                orchestrator -> orchestrator.inspect(container).map(StateCommand::served),
                runtimes -> runtimes.having(container)
                        .flatMap(runtime -> runtime.state(container))
                        .map(OciJson::write));
        spec.commandLine().getOut().println(state);
        return ExitCodes.OK;
    }

    /** The runtime's own words, as long as it knows the container. */
    private static String served(ContainerDetails details) {
        ContainerState state = details.state();
        return OciJson.write(state == null ? ListCommand.stateOf(details.info()) : state);
    }
}
