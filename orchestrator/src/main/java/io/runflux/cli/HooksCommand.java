// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "hooks",
        description = "Tells which hooks are for a container, and runs them without one.",
        mixinStandardHelpOptions = true,
        subcommands = {HooksListCommand.class, HooksRunCommand.class, HooksFilterCommand.class})
final class HooksCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed, such as list");
    }
}
