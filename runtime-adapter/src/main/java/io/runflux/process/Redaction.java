// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Leaves out of a command what looks like a secret: the values of variables, tokens, passwords and keys. */
public final class Redaction {
    private static final String REDACTED = "[redacted]";
    private static final Pattern SECRET_OPTION = Pattern.compile(
            "-e|--?[\\w-]*(env|token|password|passwd|secret|api-?key|credential)[\\w-]*", Pattern.CASE_INSENSITIVE);

    private Redaction() {}

    /**
     * Returns a command as it may be logged: the values of options whose names speak of secrets or of the environment
     * are replaced, whether they stand behind a {@code =} or as the next argument.
     *
     * @param command an argument vector, or a part of one
     * @return as many words
     */
    public static List<String> redact(List<String> command) {
        List<String> redacted = new ArrayList<>(command.size());
        boolean isValue = false;
        for (String argument : command) {
            redacted.add(isValue ? REDACTED : withoutValue(argument));
            isValue = SECRET_OPTION.matcher(argument).matches();
        }
        return List.copyOf(redacted);
    }

    private static String withoutValue(String argument) {
        int equals = argument.indexOf('=');
        boolean isSecret = equals > 0
                && SECRET_OPTION.matcher(argument.substring(0, equals)).matches();
        return isSecret ? argument.substring(0, equals + 1) + REDACTED : argument;
    }
}
