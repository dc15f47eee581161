// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Shows on a terminal that something is waited for, once that has lasted a while, and is erased before anything else is
 * printed. Without a terminal nothing is ever printed.
 */
final class Spinner {
    private static final Path ERRORS = Path.of("/proc/self/fd/2");
    private static final Duration DELAY = Duration.ofMillis(300);
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final String FRAMES = "|/-\\";
    private static final String ERASE = "\r\u001b[K";

    /** What is drawn is one line, whoever draws. */
    private static final Object TERMINAL = new Object();

    private static boolean isDrawn;

    private final String text;
    private final boolean isSeen;
    private final Disposable.Swap drawing = Disposables.swap();

    private Spinner(String text, boolean isSeen) {
        this.text = text;
        this.isSeen = isSeen;
    }

    /** Says which command it is that waits; nothing where a program reads what is printed. */
    static Spinner of(CommandSpec command) {
        ParseResult parsed = command.commandLine().getParseResult();
        OutputFormat format = parsed.matchedOptionValue("--format", OutputFormat.table);
        boolean isForProgram = format == OutputFormat.json || parsed.hasMatchedOption("--events");
        return new Spinner(command.name(), !isForProgram && isSeen(System.getenv()));
    }

    private static boolean isSeen(Map<String, String> environment) {
        return !environment.containsKey("CI")
                && !environment.containsKey("NO_COLOR")
                && !environment.getOrDefault("TERM", "dumb").equals("dumb")
                && isTerminal();
    }

    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(ERRORS).toString().matches("/dev/(pts/\\d+|tty.*|console)");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** Draws from a while after the subscription to the end of the work. */
    <T> Mono<T> during(Mono<T> work) {
        return isSeen ? Mono.defer(() -> draw(work)) : work;
    }

    /** Draws no more once the streams of a process are worked with, which have the terminal from then on. */
    ContainerStreams until(ContainerStreams streams) {
        return isSeen ? new Awaited(streams) : streams;
    }

    private <T> Mono<T> draw(Mono<T> work) {
        drawing.update(Flux.interval(DELAY, INTERVAL, Schedulers.boundedElastic())
                .onBackpressureDrop()
                .subscribe(this::drawFrame));
        return work.doOnEach(signal -> stop()).doOnCancel(this::stop);
    }

    private void drawFrame(long tick) {
        synchronized (TERMINAL) {
            if (!drawing.isDisposed()) {
                print(ERASE + FRAMES.charAt((int) (tick % FRAMES.length())) + " " + text);
                isDrawn = true;
            }
        }
    }

    private void stop() {
        synchronized (TERMINAL) {
            drawing.dispose();
            erase();
        }
    }

    /** For whoever prints meanwhile. */
    static void printErased(String printed) {
        synchronized (TERMINAL) {
            erase();
            print(printed);
        }
    }

    private static void erase() {
        if (isDrawn) {
            isDrawn = false;
            print(ERASE);
        }
    }

    private static void print(String printed) {
        System.err.print(printed);
        System.err.flush();
    }

    private final class Awaited implements ContainerStreams {
        private final ContainerStreams streams;

        Awaited(ContainerStreams streams) {
            this.streams = streams;
        }

        @Override
        public ContainerStdio stdio() {
            return streams.stdio();
        }

        @Override
        public Mono<Void> relay(ContainerProcess process) {
            return Mono.defer(() -> {
                stop();
                return streams.relay(process);
            });
        }
    }
}
