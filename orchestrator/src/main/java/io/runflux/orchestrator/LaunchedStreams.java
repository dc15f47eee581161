// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.runflux.process.StdinClosedException;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamIo;
import io.runflux.stdio.UpstreamOptions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The streams of a container that goes on by itself. Its output is always read, and a log that fails does not end it.
 * Input comes from {@link Attachments}, which stand between this and the process.
 */
final class LaunchedStreams implements ContainerStreams {
    private static final Logger log = LoggerFactory.getLogger(LaunchedStreams.class);

    private final LaunchRequest request;
    private final UpstreamOptions options;
    private final OrchestratorMeters meters;
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final Mono<UpstreamIo> opening;
    private final Mono<Void> closing = Mono.defer(this::closeNow).cache();
    /** Whether it was decided if the log is opened at all: by the opening, or by the closing. */
    private final AtomicBoolean isDecided = new AtomicBoolean();

    private volatile @Nullable UpstreamIo target;

    /** The options say what may be opened. */
    LaunchedStreams(LaunchRequest request, UpstreamOptions options, OrchestratorMeters meters) {
        this.request = request;
        this.options = options;
        this.meters = meters;
        opening = Mono.defer(this::openNow).cache();
    }

    LaunchStreams wanted() {
        return request.streams();
    }

    boolean takesInput() {
        return wanted().takesInput() || wanted().terminal() != null;
    }

    /** Opens the log, if there is one, once, and not after it was closed. */
    Mono<Void> open() {
        return opening.then();
    }

    private Mono<UpstreamIo> openNow() {
        StdioUri uri = wanted().log();
        return uri == null || !isDecided.compareAndSet(false, true)
                ? Mono.empty()
                : UpstreamIo.open(uri, options.withTerminal(wanted().terminal() != null))
                        .map(meters::log)
                        .doOnNext(opened -> target = opened);
    }

    /** Closes the log. What cannot be written any more is lost, and told to nobody else. */
    Mono<Void> close() {
        return closing;
    }

    private Mono<Void> closeNow() {
        Mono<UpstreamIo> opened = isDecided.compareAndSet(false, true) ? Mono.empty() : opening.onErrorComplete();
        return opened.flatMap(UpstreamIo::close)
                .doOnError(e -> log.warn("{}: its log could not be closed", request.id(), e))
                .onErrorComplete()
                .doOnTerminate(closed::tryEmitEmpty);
    }

    /** Completes when nothing more will be written to the log. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    @Override
    public ContainerStdio stdio() {
        TerminalSize terminal = wanted().terminal();
        if (terminal != null) {
            return ContainerStdio.terminal(terminal);
        }
        return wanted().takesInput() ? ContainerStdio.pipes() : ContainerStdio.outputPipes();
    }

    /** The log is closed when there is no more output, so that who follows it comes to its end. */
    @Override
    public Mono<Void> relay(ContainerProcess process) {
        Mono<Void> output = Mono.usingWhen(Mono.just(this), streams -> streams.read(process), LaunchedStreams::close);
        return takesInput() ? StreamCopies.untilFirst(output, type(process)) : output;
    }

    private Mono<Void> read(ContainerProcess process) {
        UpstreamIo opened = target;
        return opened == null ? Mono.when(process.stdout(), process.stderr()) : readAndLog(process, opened);
    }

    private Mono<Void> readAndLog(ContainerProcess process, UpstreamIo opened) {
        StreamTee output = new StreamTee(process.stdout());
        StreamTee errors = new StreamTee(process.stderr());
        Mono<Void> logged = LogCopies.send(output.first(), errors.first(), opened)
                .onErrorResume(this::giveLogUp)
                .doFinally(signal -> LogCopies.leave(output, errors));
        return Mono.when(logged, output.second().then(), errors.second().then());
    }

    private Mono<Void> giveLogUp(Throwable error) {
        log.warn("{}: its log could not be written, and is no longer", request.id(), error);
        return Mono.empty();
    }

    private Mono<Void> type(ContainerProcess process) {
        return process.send(Flux.<ByteBuf>never()).onErrorComplete(StdinClosedException.class);
    }
}
