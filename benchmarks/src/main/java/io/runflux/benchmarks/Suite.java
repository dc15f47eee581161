// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the questions in rounds, each with all contenders in turn, so that whatever else the machine does meets all of
 * them alike, and prints one table. The contender that begins changes from round to round.
 */
public final class Suite {
    private final Arguments arguments;
    private final PrintStream progress;
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> failed = new LinkedHashSet<>();
    private final Machine machine = new Machine();
    private final long started = System.nanoTime();

    private Suite(Arguments arguments, PrintStream progress) {
        this.arguments = arguments;
        this.progress = progress;
    }

    /**
     * Runs the benchmarks; exits with 1 if one failed or, with {@code --check}, a ratio fell, and with 2 if an argument
     * is wrong. The table goes to standard output, progress to standard error.
     *
     * @param args as {@code --help} tells
     * @throws IOException if the results cannot be written
     */
    public static void main(String... args) throws IOException {
        int code;
        try (Programs programs = Programs.create()) {
            List<Question> all = Questions.all(programs, Peers.find());
            if (List.of(args).contains("--help") || List.of(args).contains("--list")) {
                System.out.println(Arguments.USAGE);
                all.forEach(question -> System.out.printf("  %-14s %s%n", question.name(), question.title()));
                return;
            }
            Arguments arguments = Arguments.parse(args);
            code = new Suite(arguments, System.err).run(Questions.named(arguments.names(), all)) ? 0 : 1;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            code = 2;
        }
        System.exit(code);
    }

    private boolean run(List<Question> questions) throws IOException {
        List<Results> all = new ArrayList<>();
        for (Question question : questions) {
            all.add(measure(question));
        }
        System.out.println(machine.describe());
        System.out.println();
        System.out.println(Table.of(all));
        List<Verdict> verdicts = Verdict.of(all, arguments.effort());
        if (arguments.effort() != Effort.SMOKE) {
            verdicts.forEach(System.out::println);
        }
        missing.forEach(lack -> System.out.println("left out: " + lack));
        failed.forEach(failure -> System.out.println("failed: " + failure));
        if (arguments.results() != null) {
            write(arguments.results(), all);
        }
        boolean isKept = arguments.effort() != Effort.CHECK || verdicts.stream().allMatch(Verdict::isMet);
        return isKept && failed.isEmpty();
    }

    private void write(Path directory, List<Results> all) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("summary.json"), Summary.of(all, arguments.effort()));
        Files.writeString(directory.resolve("plot.svg"), Plot.of(all));
    }

    private Results measure(Question question) {
        Results results = new Results(question);
        List<Case> present = question.cases(arguments.effort()).stream()
                .filter(this::isPresent)
                .toList();
        int rounds =
                present.stream().mapToInt(one -> rounds(question, one)).max().orElse(0);
        for (int round = 1; round <= rounds && !isEnough(results, round); round++) {
            for (Case one : turns(present, round)) {
                if (round <= rounds(question, one)) {
                    measure(one, results, round);
                }
            }
        }
        return results;
    }

    private int rounds(Question question, Case one) {
        return arguments.rounds().orElseGet(() -> question.rounds(arguments.effort(), one));
    }

    /** What fails costs the run its success, and the others nothing. */
    private void measure(Case one, Results results, int round) {
        try {
            Figures figures = one.measurement().measure(arguments.effort());
            results.add(one, figures);
            announce(results.question(), round, one, figures.values().toString());
        } catch (MeasurementException e) {
            failed.add(
                    results.question().name() + ", " + one.setting() + ", " + one.contender() + ": " + e.getMessage());
            announce(results.question(), round, one, e.getMessage());
        }
    }

    /** A check asks again only what it did not like. */
    private boolean isEnough(Results results, int round) {
        return round > 1
                && arguments.effort() == Effort.CHECK
                && Verdict.of(List.of(results), Effort.CHECK).stream().allMatch(Verdict::isMet);
    }

    private boolean isPresent(Case one) {
        Optional<String> lack = one.measurement().missing();
        lack.ifPresent(what -> missing.add(one.contender() + " needs " + what));
        return lack.isEmpty();
    }

    /** One condition after another, and under each all contenders, of which another one begins in each round. */
    private static List<Case> turns(List<Case> cases, int round) {
        Map<String, List<Case>> bySetting = new LinkedHashMap<>();
        cases.forEach(one -> bySetting
                .computeIfAbsent(one.setting(), setting -> new ArrayList<>())
                .add(one));
        bySetting.values().forEach(contenders -> Collections.rotate(contenders, 1 - round));
        return bySetting.values().stream().flatMap(List::stream).toList();
    }

    private void announce(Question question, int round, Case one, @Nullable String outcome) {
        progress.printf(
                "%4d s, round %d of %d, %s, %s, %s: %s%n",
                (System.nanoTime() - started) / 1_000_000_000,
                round,
                rounds(question, one),
                question.name(),
                one.setting(),
                one.contender(),
                outcome);
    }
}
