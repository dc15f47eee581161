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
 * Runs the benchmark of a question in rounds, each with all contenders in turn, so that whatever else the machine does
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
     * Runs the benchmarks; exits with 1 if a launch failed, and with 2 if an argument is wrong. The tables go to
     * standard output, progress to standard error.
     *
     * @param args the question, or none for all but {@code logs}, {@code --rounds N} or {@code --smoke}, then options
     *     of JMH, such as {@code -p inFlight=64}
     * @throws IOException if JMH cannot print its help
     */
    public static void main(String... args) throws IOException {
        try {
            if (args.length > 0 && args[0].equals(LogTable.WORD)) {
                System.out.println(LogTable.measure(List.of(args).subList(1, args.length), System.err));
                return;
            }
            TableArguments arguments = TableArguments.parse(args);
            if (arguments.jmh().shouldHelp()) {
                System.out.println(TableArguments.USAGE);
                arguments.jmh().showHelp();
            } else {
                new LaunchTable(arguments, System.err).measureAll();
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

    private void measureAll() throws RunnerException {
        for (Question question : arguments.questions()) {
            System.out.println(measure(question));
        }
    }

    private String measure(Question question) throws RunnerException {
        Figures figures = new Figures(question);
        for (int round = 1; round <= arguments.rounds(); round++) {
            for (int inFlight : arguments.inFlight()) {
                for (ContenderKind kind : turns(question, round)) {
                    List<LaunchFigures> batches = runOnce(question, kind, inFlight);
                    figures.add(inFlight, kind, batches);
                    announce(question, round, kind, inFlight, batches);
                }
            }
        }
        return figures.toMarkdown();
    }

    private List<ContenderKind> turns(Question question, int round) {
        List<ContenderKind> turns = new ArrayList<>(arguments.contenders(question));
        Collections.rotate(turns, 1 - round);
        return turns;
    }

    private List<LaunchFigures> runOnce(Question question, ContenderKind kind, int inFlight) throws RunnerException {
        Options options = new OptionsBuilder()
                .parent(arguments.jmh())
                .include(question.benchmark().getName() + ".batch")
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

    private void announce(Question question, int round, ContenderKind kind, int inFlight, List<LaunchFigures> batches) {
        batches.forEach(batch -> progress.printf(
                "round %d of %d, %d in flight, %s: %.0f %s/s%n",
                round, arguments.rounds(), inFlight, kind.label(), batch.launchesPerSecond(), question.counted()));
    }
}
