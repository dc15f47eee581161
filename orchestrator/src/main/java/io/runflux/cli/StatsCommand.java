// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.ContainerStats;
import io.runflux.oci.OciJson;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.OciRuntime;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "stats", description = "Prints what a container uses, once.", mixinStandardHelpOptions = true)
final class StatsCommand implements Callable<Integer> {
    private static final String ROW = "%-14s %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json (default: ${DEFAULT-VALUE})")
    private OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        ContainerStats stats = Required.of(container.<ContainerStats>call(Orchestrator::stats, OciRuntime::stats));
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.json) {
            out.println(OciJson.write(stats));
            return ExitCodes.OK;
        }
        out.printf(ROW, "cpu-millis", orUnknown(cpuMillis(stats)));
        out.printf(ROW, "memory-bytes", orUnknown(memoryBytes(stats)));
        out.printf(
                ROW,
                "pids",
                orUnknown(stats.pids() == null ? null : stats.pids().current()));
        return ExitCodes.OK;
    }

    private static @Nullable BigInteger cpuMillis(ContainerStats stats) {
        return stats.cpu() == null || stats.cpu().usage() == null
                ? null
                : stats.cpu().usage().total().divide(BigInteger.valueOf(TimeUnit.MILLISECONDS.toNanos(1)));
    }

    private static @Nullable BigInteger memoryBytes(ContainerStats stats) {
        return stats.memory() == null || stats.memory().usage() == null
                ? null
                : stats.memory().usage().usage();
    }

    private static Object orUnknown(@Nullable Object value) {
        return value == null ? "-" : value;
    }
}
