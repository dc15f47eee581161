// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.OciJson;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessView;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "ps",
        description = "Lists the processes in a container: what the runtime calls them, and their command lines.",
        mixinStandardHelpOptions = true)
final class PsCommand implements Callable<Integer> {
    private static final String ROW = "%-8s %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json (default: ${DEFAULT-VALUE})")
    private OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        List<ProcessState> processes = Required.of(container.<List<ProcessState>>call(
                (orchestrator, id) -> orchestrator.processes(id).collectList(),
                (runtime, id) -> runtime.processes(id, ProcessView.RUNNING).collectList()));
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.json) {
            out.println(OciJson.write(processes));
            return ExitCodes.OK;
        }
        out.printf(ROW, "PID", "COMMAND");
        processes.forEach(process -> out.printf(ROW, process.pid(), Printable.of(String.join(" ", process.command()))));
        return ExitCodes.OK;
    }
}
