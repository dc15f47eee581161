// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Redaction;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command of a runtime that failed.
 *
 * @param command its argument vector, with what looks like a secret left out
 * @param status how it ended
 * @param stderr the last words that it wrote to its standard error, at most {@value #MAX_STDERR} characters
 * @param logged the error that it logged during this very call, or null if it logged none
 */
public record FailedCommand(
        List<String> command,
        ExitStatus status,
        String stderr,
        @Nullable String logged) {
    /** How many characters of standard error are kept, from its end. */
    public static final int MAX_STDERR = 8192;

    private static final int MAX_ARGUMENT = 80;
    private static final Pattern ANY_CONTROL = Pattern.compile("[\\p{Cc}\u2028\u2029]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

    /**
     * Leaves out secrets, and all but the end of standard error, in which control characters other than tabs and ends
     * of lines become question marks.
     *
     * @param command its argument vector
     * @param status how it ended
     * @param stderr what it wrote to its standard error
     * @param logged the error that it logged during this very call, or null if it logged none
     */
    public FailedCommand {
        command = Redaction.redact(command);
        stderr = lastWords(stderr);
        logged = logged == null ? null : lastWords(logged);
    }

    private static String lastWords(String text) {
        String words = CONTROL.matcher(text.strip()).replaceAll("?");
        return words.substring(Math.max(0, words.length() - MAX_STDERR));
    }

    /** Says a command that is about to be called, in the words that it would fail with. */
    static String words(ProcessSpec command) {
        return Stream.concat(Stream.of(command.program()), Redaction.redact(command.arguments()).stream())
                .map(FailedCommand::shortened)
                .collect(Collectors.joining(" "));
    }

    /**
     * Says the command, of each argument the first line and at most 80 characters, how it ended, and its last words.
     */
    @Override
    public String toString() {
        String words = command.stream().map(FailedCommand::shortened).collect(Collectors.joining(" "));
        return words + ": " + outcome();
    }

    /**
     * Says how it ended, and its last words.
     *
     * @return such as {@code exit status 1: no such file}
     */
    public String outcome() {
        String words = stderr.isEmpty() && logged != null ? logged : stderr;
        return words.isEmpty() ? status.toString() : status + ": " + inOneLine(words);
    }

    /** Words of others for a message, which may stand in a log: they cannot begin a line of it. */
    static String inOneLine(String words) {
        return words.lines()
                .map(line -> ANY_CONTROL.matcher(line).replaceAll("?"))
                .collect(Collectors.joining(" | "));
    }

    private static String shortened(String argument) {
        String line = argument.lines().findFirst().orElse("");
        String shown = line.length() <= MAX_ARGUMENT ? line : line.substring(0, MAX_ARGUMENT);
        return CONTROL.matcher(shown).replaceAll("?") + (shown.length() == argument.length() ? "" : "...");
    }
}
