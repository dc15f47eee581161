// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmark of logs in rounds, each with all contenders in turn, and prints one table. The contender that
 * begins changes from round to round.
 */
final class LogTable {
    static final String WORD = "logs";
    private static final int ROUNDS = 5;
    private static final int MEBIBYTES = 100;
    private static final int SMOKE_MEBIBYTES = 1;

    private final int rounds;
    private final int mebibytes;
    private final int containers;
    private final PrintStream progress;
    private final Map<LogContenderKind, List<Double>> rates = new EnumMap<>(LogContenderKind.class);

    private LogTable(int rounds, int mebibytes, int containers, PrintStream progress) {
        this.rounds = rounds;
        this.mebibytes = mebibytes;
        this.containers = containers;
        this.progress = progress;
    }

    /** Returns the table; {@code --rounds N} or {@code --smoke} may be given. */
    static String measure(List<String> args, PrintStream progress) throws RunnerException {
        List<String> rest = new ArrayList<>(args);
        boolean isSmoke = rest.remove("--smoke");
        int rounds = TableArguments.takeRounds(rest, isSmoke ? 1 : ROUNDS);
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("logs takes --rounds N or --smoke, was given " + rest);
        }
        requirePrograms();
        LogTable table = isSmoke
                ? new LogTable(rounds, SMOKE_MEBIBYTES, 1, progress)
                : new LogTable(rounds, MEBIBYTES, 5, progress);
        return table.measure();
    }

    private static void requirePrograms() {
        for (var program : List.of(LogBenchmark.RUNC, ConmonLogContender.PROGRAM, LogContainer.BUSYBOX)) {
            if (!Files.isExecutable(program)) {
                throw new IllegalArgumentException("logs needs " + program + ", which is not there");
            }
        }
    }

    private String measure() throws RunnerException {
        for (int round = 1; round <= rounds; round++) {
            List<LogContenderKind> turns = new ArrayList<>(Arrays.asList(LogContenderKind.values()));
            Collections.rotate(turns, 1 - round);
            for (LogContenderKind kind : turns) {
                List<Double> measured = runOnce(kind);
                rates.computeIfAbsent(kind, key -> new ArrayList<>()).addAll(measured);
                progress.printf("round %d of %d, %s: %.0f MiB/s%n", round, rounds, kind.label(), median(measured));
            }
        }
        return toMarkdown();
    }

    private List<Double> runOnce(LogContenderKind kind) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(LogBenchmark.class.getName())
                        .param("contender", kind.name())
                        .param("mebibytes", Integer.toString(mebibytes))
                        .warmupIterations(containers)
                        .measurementIterations(containers)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        return results.stream()
                .flatMap(run -> run.getBenchmarkResults().stream())
                .flatMap(fork -> fork.getIterationResults().stream())
                .map(iteration ->
                        mebibytes * 1_000.0 / iteration.getPrimaryResult().getScore())
                .toList();
    }

    private String toMarkdown() {
        StringBuilder table = new StringBuilder("""
                | who writes | MiB/s: median (min..max, containers) | Runflux's rate to this |
                |---|---:|---:|
                """);
        double runflux = median(rates.getOrDefault(LogContenderKind.RUNFLUX, List.of(Double.NaN)));
        rates.forEach((kind, of) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %.0f (%.0f..%.0f, %d) | %.1f |%n",
                kind.label(),
                median(of),
                Collections.min(of),
                Collections.max(of),
                of.size(),
                runflux / median(of))));
        return table.toString();
    }

    private static double median(List<Double> of) {
        List<Double> sorted = of.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
