// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The logs of the command line, to standard error, in the form and from the level that its options say, or the
 * environment. It is named by a system property and not as a service, so that a service that embeds Runflux keeps the
 * binding of SLF4J that it has. A library was left out because the usual one takes a tenth of a second of each command
 * to begin, and an error's words could still end the lines of its text.
 */
public final class LineLogs implements SLF4JServiceProvider {
    /** The second is for what SLF4J would say about the first. */
    private static final Map<String, String> SETTINGS =
            Map.of("slf4j.provider", LineLogs.class.getName(), "slf4j.internal.verbosity", "WARN");

    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter contexts = new NOPMDCAdapter();

    /** For SLF4J. */
    public LineLogs() {}

    /** Has the loggers of this JVM be these, if none was asked for yet. */
    static void use() {
        SETTINGS.forEach(System::setProperty);
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> loggers.computeIfAbsent(name, LineLogger::new);
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return contexts;
    }

    @Override
    public @Nullable String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}
}
