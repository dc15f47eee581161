// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** How the command line logs to standard error; before a command or behind it. */
final class LogSettingsOptions {
    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            converter = FormatConverter.class,
            description = "the form of this command's own log on standard error, text or json (default:"
                    + " $RUNFLUX_LOG_FORMAT, or text)")
    private @Nullable LogFormat format;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            converter = LevelConverter.class,
            description = "the least that is logged: error, warn, info, debug or trace (default: $RUNFLUX_LOG_LEVEL, or"
                    + " warn)")
    private @Nullable Level level;

    void apply() {
        LogSettings.use(format, level);
    }

    private static <E extends Enum<E>> E parse(Class<E> type, String value) {
        E parsed = LogSettings.parse(type, value);
        if (parsed == null) {
            throw new TypeConversionException("must be one of " + LogSettings.names(type) + ", was '" + value + "'");
        }
        return parsed;
    }

    /** Reads a format. */
    static final class FormatConverter implements ITypeConverter<LogFormat> {
        @Override
        public LogFormat convert(String value) {
            return parse(LogFormat.class, value);
        }
    }

    /** Reads a level. */
    static final class LevelConverter implements ITypeConverter<Level> {
        @Override
        public Level convert(String value) {
            return parse(Level.class, value);
        }
    }
}
