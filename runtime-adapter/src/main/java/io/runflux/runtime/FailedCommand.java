// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A command of a runtime that failed.
 *
 * @param command its argument vector, with what looks like a secret left out
 * @param status how it ended
 * @param stderr the last words that it wrote to its standard error, at most {@value #MAX_STDERR} characters
 */
public record FailedCommand(List<String> command, ExitStatus status, String stderr) {
    /** How many characters of standard error are kept, from its end. */
    public static final int MAX_STDERR = 8192;

    private static final int MAX_ARGUMENT = 80;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

    /**
     * Leaves out secrets, and all but the end of standard error, in which control characters other than tabs and ends
     * of lines become question marks.
     *
     * @param command its argument vector
     * @param status how it ended
     * @param stderr what it wrote to its standard error
     */
    public FailedCommand {
        command = Redaction.redact(command);
        stderr = CONTROL.matcher(stderr.strip()).replaceAll("?");
        stderr = stderr.substring(Math.max(0, stderr.length() - MAX_STDERR));
    }

    /**
     * Says the command, of each argument the first line and at most 80 characters, how it ended, and its last words.
     */
    @Override
    public String toString() {
        String words = command.stream().map(FailedCommand::shortened).collect(Collectors.joining(" "));
        return words + ": " + outcome();
    }

    /** Says how it ended, and its last words. */
    String outcome() {
        return stderr.isEmpty() ? status.toString() : status + ": " + stderr;
    }

    private static String shortened(String argument) {
        String line = argument.lines().findFirst().orElse("");
        String shown = line.length() <= MAX_ARGUMENT ? line : line.substring(0, MAX_ARGUMENT);
        return CONTROL.matcher(shown).replaceAll("?") + (shown.length() == argument.length() ? "" : "...");
    }
}
