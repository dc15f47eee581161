// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.stdio.UpstreamIo;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How the standard streams of a container are connected, and what is done with those that are pipes. */
public interface ContainerStreams {
    /**
     * Returns the null device for all three.
     *
     * @return streams with nothing to do
     */
    static ContainerStreams none() {
        return of(ContainerStdio.nullDevice());
    }

    /**
     * Returns connections that need no work: files, descriptors, the streams of this JVM.
     *
     * @param stdio the connections; a pipe among them that nobody reads stops the container once it is full
     * @return streams with nothing to do
     */
    static ContainerStreams of(ContainerStdio stdio) {
        return new RelayedStreams(stdio, process -> Mono.empty());
    }

    /**
     * Returns output and errors copied, as they come, to two streams, which are flushed after each piece and never
     * closed. Writing may block, so each stream has one of at most 1024 threads ({@code runflux-streams}) to do it on
     * while it goes on; the container waits for a slow one. An error in writing fails the run.
     *
     * @param output where standard output goes
     * @param errors where standard error goes
     * @return the streams
     */
    static ContainerStreams copyTo(OutputStream output, OutputStream errors) {
        return new RelayedStreams(
                ContainerStdio.outputPipes(), process -> StreamCopies.copyOutput(process, output, errors));
    }

    /**
     * Returns {@link #copyTo}, with standard input copied from a stream, whose reading may block as well. The run does
     * not wait for the end of that stream.
     *
     * @param input where standard input comes from
     * @param output where standard output goes
     * @param errors where standard error goes
     * @return the streams
     */
    static ContainerStreams copy(InputStream input, OutputStream output, OutputStream errors) {
        return new RelayedStreams(
                ContainerStdio.pipes(), process -> StreamCopies.copyAll(process, input, output, errors));
    }

    /**
     * Returns output and errors sent to a log, and nowhere else, under the terms of {@link #teeTo}.
     *
     * @param log the log, open
     * @return the streams
     */
    static ContainerStreams logTo(UpstreamIo log) {
        Objects.requireNonNull(log, "log");
        return new RelayedStreams(ContainerStdio.outputPipes(), process -> LogCopies.send(process, log));
    }

    /**
     * Returns these streams with all output sent to a log as well. Whoever opened the log closes it after the run, of
     * which it can serve one. If it has a terminal, standard error is not sent.
     *
     * <p>A log that drops what it cannot take never slows the container or these streams, and what it loses does not
     * fail the run: {@link UpstreamIo#lostBytes()} tells, once the log is closed. One that waits has the container wait
     * for it, and fails the run if it cannot write; only what it fails to write after the end of the output is counted
     * as lost instead. Either is given up when the drain timeout fires.
     *
     * @param log the log, open
     * @return the streams
     */
    default ContainerStreams teeTo(UpstreamIo log) {
        Objects.requireNonNull(log, "log");
        return new RelayedStreams(stdio(), process -> LogCopies.sendAsWell(this, process, log));
    }

    /**
     * Returns these streams with a terminal in place of the connections: what is written to it is standard output, what
     * is sent to the process is typed, and standard error is empty. A configuration that a bundle is written for gets
     * {@code process.terminal}; in a bundle that exists it must be set.
     *
     * @param size how large the terminal is to begin with
     * @param sizes how large it is from then on, subscribed to beside the work with the streams, and cancelled when
     *     that is done or cancelled; of those that come too fast the latest counts, and an error fails the run
     * @return the streams
     */
    default ContainerStreams onTerminal(TerminalSize size, Flux<TerminalSize> sizes) {
        Objects.requireNonNull(sizes, "sizes");
        return new RelayedStreams(
                ContainerStdio.terminal(size),
                process -> StreamCopies.untilFirst(relay(process), resize(process, sizes)));
    }

    private static Mono<Void> resize(ContainerProcess process, Flux<TerminalSize> sizes) {
        return sizes.onBackpressureLatest().concatMap(process::resize, 0).then();
    }

    /**
     * Returns how the streams are connected.
     *
     * @return the connections
     */
    ContainerStdio stdio();

    /**
     * Works with the pipes, from before the start of the container.
     *
     * @param process the container's process
     * @return completes empty when the work is done, mostly at the end of the output; an error fails the run; it is
     *     cancelled when the drain timeout fires and when the run ends otherwise
     */
    Mono<Void> relay(ContainerProcess process);
}
