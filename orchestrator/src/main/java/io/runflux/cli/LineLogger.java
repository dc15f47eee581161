// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Writes each record to standard error at once. */
final class LineLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private static final String AUDIT = "io.runflux.audit";
    private static final LogFormat FORMAT = setting("RUNFLUX_LOG_FORMAT", LogFormat.class, LogFormat.TEXT);
    private static final Level LEVEL = setting("RUNFLUX_LOG_LEVEL", Level.class, Level.WARN);

    /** What is written by, and the least that is. */
    private final transient Level threshold;

    LineLogger(String name) {
        this.name = name;
        boolean isAudit = name.equals(AUDIT) && LEVEL.toInt() > Level.INFO.toInt();
        threshold = isAudit ? Level.INFO : LEVEL;
    }

    /** What is none of the values is the default: there is no log yet to complain in. */
    private static <E extends Enum<E>> E setting(String variable, Class<E> type, E standard) {
        String value = System.getenv(variable);
        if (value == null) {
            return standard;
        }
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(value.toUpperCase(Locale.ROOT))) {
                return each;
            }
        }
        return standard;
    }

    private boolean isEnabled(Level level) {
        return level.toInt() >= threshold.toInt();
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable error) {
        String message = String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments));
        String thread = Thread.currentThread().getName();
        LogLine line = new LogLine(Instant.now(), level, getName(), thread, message, error);
        System.err.print(line.in(FORMAT) + "\n");
        System.err.flush();
    }
}
