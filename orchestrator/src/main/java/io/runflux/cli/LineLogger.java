// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Writes each record to standard error at once. */
final class LineLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private static final String AUDIT = "io.runflux.audit";

    LineLogger(String name) {
        this.name = name;
    }

    /** Who did what is told even where only warnings are. */
    private boolean isEnabled(Level level) {
        Level least = LogSettings.current().level();
        boolean isAudit = name.equals(AUDIT) && least.toInt() > Level.INFO.toInt();
        return level.toInt() >= (isAudit ? Level.INFO : least).toInt();
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
        Spinner.printErased(line.in(LogSettings.current().format()) + "\n");
    }
}
