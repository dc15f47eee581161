// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.ContainerState;
import io.runflux.oci.OciJson;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.runtime.OciRuntime;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;

@Command(name = "list", description = "Lists the containers.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private static final String ROW = "%-24s %-8s %-8s %-9s %-20s %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json (default: ${DEFAULT-VALUE})")
    private OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        List<Row> rows = Required.of(options.call(
                orchestrator -> orchestrator.list().map(ListCommand::row).collectSortedList(),
                runtimes -> runtimes.all().concatMap(ListCommand::rows).collectSortedList()));
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.json) {
            out.println(OciJson.write(rows.stream().map(Row::state).toList()));
            return ExitCodes.OK;
        }
        out.printf(ROW, "ID", "RUNTIME", "PID", "STATUS", "CREATED", "BUNDLE");
        rows.forEach(row -> row.print(out));
        return ExitCodes.OK;
    }

    private static Row row(ContainerInfo info) {
        return new Row(info.runtime(), stateOf(info));
    }

    /** As the runtime would tell it. */
    static ContainerState stateOf(ContainerInfo info) {
        String bundle = Objects.requireNonNullElse(info.bundle(), "");
        return ContainerState.of(info.id().value(), info.status(), info.pid(), bundle)
                .withCreated(info.createdAt());
    }

    private static Flux<Row> rows(OciRuntime runtime) {
        return runtime.list().map(state -> new Row(runtime.name(), state));
    }

    private record Row(String runtime, ContainerState state) implements Comparable<Row> {
        @Override
        public int compareTo(Row other) {
            return state.id().compareTo(other.state.id());
        }

        void print(PrintWriter out) {
            Object pid = state.pid() == null ? "-" : state.pid();
            Object created = state.created() == null ? "-" : state.created().truncatedTo(ChronoUnit.SECONDS);
            out.printf(ROW, state.id(), runtime, pid, state.status(), created, state.bundle());
        }
    }
}
