// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.stdio.UpstreamIo;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import reactor.core.publisher.Mono;

/** A log that is written to while a command runs. */
final class OutputLog {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final LogTarget target;
    private final UpstreamIo upstream;
    private final CommandSpec command;

    OutputLog(LogTarget target, UpstreamIo upstream, CommandSpec command) {
        this.target = target;
        this.upstream = upstream;
        this.command = command;
    }

    LogTarget target() {
        return target;
    }

    ContainerStreams addTo(ContainerStreams streams) {
        return streams.teeTo(upstream);
    }

    /** Writes the rest, in a bounded time, and says what is missing. */
    Mono<Void> close() {
        return upstream.close()
                .timeout(CLOSE_LIMIT)
                .doOnError(e -> say("is not whole: " + e.getMessage()))
                .onErrorComplete()
                .then(Mono.fromRunnable(this::sayWhatIsLost));
    }

    private void sayWhatIsLost() {
        long lost = upstream.lostBytes();
        if (lost > 0) {
            say("lacks " + lost + " bytes of output, for which it was too slow, or which could not be written");
        }
    }

    private void say(String what) {
        PrintWriter errors = command.commandLine().getErr();
        errors.println("runflux: the log " + Printable.of(upstream.uri().toString()) + " " + Printable.of(what));
        errors.flush();
    }
}
