// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Suite} was asked for.
 *
 * @param names the questions; empty for all
 * @param effort how much is measured
 * @param rounds how many times each contender has its turn; empty for what the effort and the question say
 * @param results the directory for the summary and the plot; null if they are not written
 */
record Arguments(
        List<String> names,
        Effort effort,
        OptionalInt rounds,
        @Nullable Path results) {
    static final String USAGE = """
            java -jar benchmarks.jar [QUESTION...] [--short | --check | --smoke] [--rounds N] [--results DIR]

              QUESTION       which questions are asked, all without one; --list lists them
              --short        what targets compare, less of each, in under three minutes
              --check        the ratios that must not fall, in half a minute; exits with 1 if one does
              --smoke        once, for a moment: shows that all of it works, and its figures say nothing
              --rounds N     how many times each contender has its turn, from 1 to 99 (3; 2 with --short, and for who is compared by no target)
              --results DIR  writes summary.json and plot.svg into that directory
            """;

    static Arguments parse(String... args) {
        List<String> rest = new ArrayList<>(Arrays.asList(args));
        Effort effort = takeEffort(rest);
        OptionalInt rounds = takeRounds(rest);
        String results = takeValue(rest, "--results", "");
        return new Arguments(names(rest), effort, rounds, results.isEmpty() ? null : Path.of(results));
    }

    private static OptionalInt takeRounds(List<String> args) {
        if (!args.contains("--rounds")) {
            return OptionalInt.empty();
        }
        String rounds = takeValue(args, "--rounds", "");
        if (!rounds.matches("[1-9][0-9]?")) {
            throw new IllegalArgumentException("--rounds must be a number from 1 to 99, was '" + rounds + "'");
        }
        return OptionalInt.of(Integer.parseInt(rounds));
    }

    private static Effort takeEffort(List<String> args) {
        List<Effort> given = Arrays.stream(Effort.values())
                .filter(effort -> args.remove("--" + effort.name().toLowerCase(Locale.ROOT)))
                .toList();
        if (given.size() > 1) {
            throw new IllegalArgumentException("one of --short, --check and --smoke may be given, were " + given);
        }
        return given.isEmpty() ? Effort.FULL : given.get(0);
    }

    private static String takeValue(List<String> args, String option, String otherwise) {
        int at = args.indexOf(option);
        if (at < 0) {
            return otherwise;
        }
        args.remove(at);
        if (at == args.size()) {
            throw new IllegalArgumentException(option + " must be followed by a value");
        }
        return args.remove(at);
    }

    private static List<String> names(List<String> args) {
        for (String name : args) {
            if (name.startsWith("-")) {
                throw new IllegalArgumentException("unknown option '" + name + "'; allowed are --short, --check,"
                        + " --smoke, --rounds N, --results DIR, --list");
            }
        }
        return List.copyOf(args);
    }
}
