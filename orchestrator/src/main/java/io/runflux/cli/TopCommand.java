// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.TopOptions;
import io.runflux.runtime.ProcessTable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "top",
        description = "Prints a table of the processes in a container, as ps(1) has it.",
        mixinStandardHelpOptions = true)
final class TopCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "COLUMNS",
            description = "those of ps -o, with pid among them, such as pid,user,comm (default: the runtime's own)")
    private @Nullable String columns;

    @Override
    public Integer call() {
        TopOptions options = options();
        ProcessTable table = Required.of(container.<ProcessTable>call(
                (orchestrator, id) -> orchestrator.top(id, options),
                (runtime, id) -> runtime.top(id, options.toArguments())));
        List<List<String>> lines =
                Stream.concat(Stream.of(table.headers()), table.rows().stream()).toList();
        new TextTable(lines).print(spec.commandLine().getOut());
        return ExitCodes.OK;
    }

    private TopOptions options() {
        try {
            return columns == null ? TopOptions.defaults() : TopOptions.parse(columns);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
