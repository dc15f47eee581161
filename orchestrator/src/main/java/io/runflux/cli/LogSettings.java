// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The form and the least level of the log: what the options say, or else the environment, or else text and warnings.
 *
 * @param format the form of its lines
 * @param level the least that is written
 */
record LogSettings(LogFormat format, Level level) {
    private static final String FORMAT = "RUNFLUX_LOG_FORMAT";
    private static final String LEVEL = "RUNFLUX_LOG_LEVEL";

    private static volatile LogSettings current = of(System::getenv);

    static LogSettings current() {
        return current;
    }

    static void use(@Nullable LogFormat format, @Nullable Level level) {
        LogSettings before = current;
        current = new LogSettings(format == null ? before.format : format, level == null ? before.level : level);
    }

    /** What is none of the values is the default, see {@link #complaints}. */
    static LogSettings of(Function<String, @Nullable String> environment) {
        LogFormat format = parse(LogFormat.class, environment.apply(FORMAT));
        Level level = parse(Level.class, environment.apply(LEVEL));
        return new LogSettings(format == null ? LogFormat.TEXT : format, level == null ? Level.WARN : level);
    }

    /** Says which variables have a value that is none. */
    static void complain() {
        complaints(System::getenv).forEach(LoggerFactory.getLogger(LogSettings.class)::warn);
    }

    static List<String> complaints(Function<String, @Nullable String> environment) {
        return List.of(
                        complaint(FORMAT, LogFormat.class, environment.apply(FORMAT)),
                        complaint(LEVEL, Level.class, environment.apply(LEVEL)))
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    private static <E extends Enum<E>> List<String> complaint(String variable, Class<E> type, @Nullable String value) {
        return value == null || value.isEmpty() || parse(type, value) != null
                ? List.of()
                : List.of(variable + " must be one of " + names(type) + ", was '" + value + "', and does not count");
    }

    /** Returns the value of that name, or null if there is none. */
    static <E extends Enum<E>> @Nullable E parse(Class<E> type, @Nullable String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().equalsIgnoreCase(value))
                .findFirst()
                .orElse(null);
    }

    static <E extends Enum<E>> String names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
