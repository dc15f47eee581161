// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link LaunchBenchmark} in rounds, each with all contenders in turn, so that whatever else the machine does
 * meets all of them alike, and prints one table. The contender that begins changes from round to round.
 */
public final class LaunchTable {
    private final TableArguments arguments;
    private final PrintStream progress;

    private LaunchTable(TableArguments arguments, PrintStream progress) {
        this.arguments = arguments;
        this.progress = progress;
    }

    /**
     * Runs the benchmark; exits with 1 if a launch failed, and with 2 if an argument is wrong. The table goes to
     * standard output, progress to standard error.
     *
     * @param args {@code --rounds N} or {@code --smoke}, then options of JMH, such as {@code -p inFlight=64}
     * @throws IOException if JMH cannot print its help
     */
    public static void main(String... args) throws IOException {
        try {
            TableArguments arguments = TableArguments.parse(args);
            if (arguments.jmh().shouldHelp()) {
                System.out.println(TableArguments.USAGE);
                arguments.jmh().showHelp();
            } else {
                System.out.print(new LaunchTable(arguments, System.err).measure());
            }
        } catch (CommandLineOptionException | IllegalArgumentException e) {
            exit(2, e);
        } catch (RunnerException e) {
            exit(1, e);
        }
    }

    private static void exit(int code, Exception cause) {
        System.err.println(cause.getMessage());
        reasons(cause).forEach(reason -> System.err.println("  " + reason));
        System.exit(code);
    }

    /** JMH hangs what the benchmark threw behind an exception of its own. */
    private static List<Throwable> reasons(Exception failure) {
        Throwable ofBenchmark = failure.getCause();
        return ofBenchmark == null ? List.of() : List.of(ofBenchmark.getSuppressed());
    }

    private String measure() throws RunnerException {
        Figures figures = new Figures();
        for (int round = 1; round <= arguments.rounds(); round++) {
            for (int inFlight : arguments.inFlight()) {
                for (ContenderKind kind : turns(round)) {
                    List<LaunchFigures> batches = runOnce(kind, inFlight);
                    figures.add(inFlight, kind, batches);
                    announce(round, kind, inFlight, batches);
                }
            }
        }
        return figures.toMarkdown();
    }

    private List<ContenderKind> turns(int round) {
        List<ContenderKind> turns = new ArrayList<>(arguments.contenders());
        Collections.rotate(turns, 1 - round);
        return turns;
    }

    private List<LaunchFigures> runOnce(ContenderKind kind, int inFlight) throws RunnerException {
        Options options = new OptionsBuilder()
                .parent(arguments.jmh())
                .include(LaunchBenchmark.class.getName() + ".batch")
                .param("contender", kind.name())
                .param("inFlight", Integer.toString(inFlight))
                .param("launches", Integer.toString(arguments.launches()))
                .shouldFailOnError(true)
                .verbosity(arguments.jmh().verbosity().orElse(VerboseMode.SILENT))
                .build();
        return toFigures(new Runner(options).run());
    }

    private static List<LaunchFigures> toFigures(Collection<RunResult> results) {
        return results.stream()
                .flatMap(run -> run.getBenchmarkResults().stream())
                .flatMap(fork -> fork.getIterationResults().stream())
                .map(LaunchTable::toFigures)
                .toList();
    }

    private static LaunchFigures toFigures(IterationResult iteration) {
        return new LaunchFigures(
                counter(iteration, "launchesPerSecond"),
                counter(iteration, "p50Micros"),
                counter(iteration, "p99Micros"));
    }

    private static double counter(IterationResult iteration, String name) {
        return Objects.requireNonNull(iteration.getSecondaryResults().get(name), name)
                .getScore();
    }

    private void announce(int round, ContenderKind kind, int inFlight, List<LaunchFigures> batches) {
        batches.forEach(batch -> progress.printf(
                "round %d of %d, %d in flight, %s: %.0f launches/s%n",
                round, arguments.rounds(), inFlight, kind.label(), batch.launchesPerSecond()));
    }
}
