// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.stdio.UpstreamIo;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import reactor.core.publisher.Mono;

/** A log that is written to while a command runs. */
final class OutputLog {
    /** How long the rest may take to be written, once all output was taken. */
    static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** The same where it was given up already. */
    private static final Duration LATE_LIMIT = Duration.ofSeconds(1);

    private final LogTarget target;
    private final UpstreamIo upstream;
    private final CommandSpec command;
    private volatile boolean hasAll;

    OutputLog(LogTarget target, UpstreamIo upstream, CommandSpec command) {
        this.target = target;
        this.upstream = upstream;
        this.command = command;
    }

    LogTarget target() {
        return target;
    }

    ContainerStreams addTo(ContainerStreams streams) {
        return new Logged(streams.teeTo(upstream));
    }

    /** Writes the rest, in a bounded time, and says what is missing. */
    Mono<Void> close() {
        return Mono.defer(this::closeInTime)
                .doOnError(e -> say("is not whole: " + e.getMessage()))
                .onErrorComplete()
                .then(Mono.fromRunnable(this::sayWhatIsLost));
    }

    private Mono<Void> closeInTime() {
        Duration limit = hasAll ? CLOSE_LIMIT : LATE_LIMIT;
        return upstream.close()
                .timeout(limit, Mono.error(() -> new IllegalStateException("the rest could not be written in time")));
    }

    private void sayWhatIsLost() {
        long lost = upstream.lostBytes();
        if (lost > 0) {
            say("lacks " + lost + " bytes of output, for which it was too slow, or which could not be written");
        }
    }

    private void say(String what) {
        say(command, target, what);
    }

    static void say(CommandSpec command, LogTarget log, String what) {
        PrintWriter errors = command.commandLine().getErr();
        errors.println("runflux: the log " + Printable.of(log.uri().toString()) + " " + Printable.of(what));
        errors.flush();
    }

    /** Notices the end of all output. */
    private final class Logged implements ContainerStreams {
        private final ContainerStreams streams;

        Logged(ContainerStreams streams) {
            this.streams = streams;
        }

        @Override
        public ContainerStdio stdio() {
            return streams.stdio();
        }

        @Override
        public Mono<Void> relay(ContainerProcess process) {
            return streams.relay(process).doOnSuccess(nothing -> hasAll = true);
        }
    }
}
