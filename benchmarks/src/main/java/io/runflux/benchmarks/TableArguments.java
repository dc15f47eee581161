// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * What {@link LaunchTable} was asked for.
 *
 * @param questions which tables to print
 * @param rounds how many times each contender is measured
 * @param launches how many launches make a batch
 * @param inFlight how many of them are kept under way
 * @param only who is measured, where the question can measure them; empty for all
 * @param jmh the rest, for JMH
 */
record TableArguments(
        List<Question> questions,
        int rounds,
        int launches,
        List<Integer> inFlight,
        List<ContenderKind> only,
        CommandLineOptions jmh) {
    static final String USAGE = """
            java -jar benchmarks.jar [launches | hooks] [--rounds N | --smoke] [options of JMH]
            java -jar benchmarks.jar logs [--rounds N | --smoke]

              launches     the table of launches alone
              hooks        the table of hooks alone
              logs         the table of logs, which needs root, runc and conmon
              --rounds N   measure every contender N times in turn (default: 5)
              --smoke      one round of few launches: shows that all of it works, and its figures say nothing
              -p NAME=A,B  contender, inFlight, launches, child; see LaunchBenchmark and HookBenchmark
            """;

    private static final int ROUNDS = 5;
    private static final int LAUNCHES = 20_000;
    private static final int SMOKE_LAUNCHES = 128;

    TableArguments {
        for (Question question : questions) {
            if (!question.contenders().containsAll(only)) {
                throw new IllegalArgumentException("the contenders for " + question.counted() + " must be among "
                        + question.contenders() + ", were " + only);
            }
        }
    }

    static TableArguments parse(String... args) throws CommandLineOptionException {
        List<String> rest = new ArrayList<>(Arrays.asList(args));
        List<Question> questions = takeQuestions(rest);
        boolean smoke = rest.remove("--smoke");
        int rounds = takeRounds(rest, smoke ? 1 : ROUNDS);
        if (smoke) {
            rest.addAll(0, List.of("-wi", "0"));
        }
        CommandLineOptions jmh = new CommandLineOptions(rest.toArray(String[]::new));
        List<String> launches =
                parameter(jmh, "launches", List.of(Integer.toString(smoke ? SMOKE_LAUNCHES : LAUNCHES)));
        return new TableArguments(
                questions,
                rounds,
                Integer.parseInt(launches.get(0)),
                parameter(jmh, "inFlight", List.of("1", "2", "64")).stream()
                        .map(Integer::valueOf)
                        .toList(),
                parameter(jmh, "contender", List.of()).stream()
                        .map(ContenderKind::valueOf)
                        .toList(),
                jmh);
    }

    /** The question stands first: JMH would take a word without a dash for a benchmark of its own. */
    private static List<Question> takeQuestions(List<String> args) {
        return args.isEmpty() || args.get(0).startsWith("-")
                ? List.of(Question.values())
                : List.of(Question.of(args.remove(0)));
    }

    static int takeRounds(List<String> args, int defaultRounds) {
        int at = args.indexOf("--rounds");
        if (at < 0) {
            return defaultRounds;
        }
        args.remove(at);
        String value = at < args.size() ? args.remove(at) : "";
        if (!value.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException(
                    "--rounds must be followed by a number from 1 to 9999, was '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    List<ContenderKind> contenders(Question question) {
        return only.isEmpty() ? question.contenders() : only;
    }

    private static List<String> parameter(CommandLineOptions jmh, String name, Collection<String> defaults) {
        return List.copyOf(jmh.getParameter(name).orElse(defaults));
    }
}
