// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.OciJson;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

@Command(
        name = "features",
        description = "Prints what a runtime says that it can do, as the OCI runtime specification has it.",
        mixinStandardHelpOptions = true)
final class FeaturesCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Override
    public Integer call() {
        String answer = options.call(runtimes -> runtimes.get(false).features().map(OciJson::write));
        command.commandLine().getOut().println(answer);
        return ExitCodes.OK;
    }
}
