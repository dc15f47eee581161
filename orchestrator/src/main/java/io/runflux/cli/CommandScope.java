// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What one command needs to call runtimes, closed once. A signal to this JVM stops what the command waits for, and the
 * JVM ends when nothing of it is left, or after a while.
 */
final class CommandScope implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CommandScope.class);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(10);

    private final ProcessLauncher launcher;
    private final LocalTerminal terminal;
    private final List<Mono<Void>> endings = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final Sinks.Empty<Void> done = Sinks.empty();
    private final Mono<Void> closing;
    private final Thread onShutdown = new Thread(this::closeOnShutdown, "runflux-shutdown");
    private volatile boolean isShuttingDown;

    private CommandScope(ProcessLauncher launcher) {
        this.launcher = launcher;
        terminal = new LocalTerminal(launcher);
        closing = Mono.usingWhen(Mono.just(launcher), shared -> end(), shared -> shared.disposeLater(Duration.ZERO))
                .cache();
    }

    /** A subreaper learns how the processes end that a runtime leaves to it. */
    static CommandScope open(boolean isSubreaper) {
        CommandScope scope = new CommandScope(
                ProcessLauncher.builder().subreaper(isSubreaper).build());
        Runtime.getRuntime().addShutdownHook(scope.onShutdown);
        return scope;
    }

    ProcessLauncher launcher() {
        return launcher;
    }

    LocalTerminal terminal() {
        return terminal;
    }

    /** Has something done in the end, in the order of the calls. */
    void atEnd(Mono<Void> ending) {
        endings.add(ending);
    }

    private Mono<Void> end() {
        Flux<Void> others = Flux.fromIterable(endings).concatMap(Mono::onErrorComplete);
        return Flux.concatDelayError(terminal.restore(), others).then();
    }

    /** Waits; this is where the command line blocks. */
    <T> @Nullable T await(Mono<T> work) {
        return block(Mono.firstWithSignal(work, stopped()));
    }

    /** Completes when the command is to stop, for work that then ends by itself, and leaves nothing. */
    Mono<Void> stopping() {
        return stop.asMono();
    }

    /** Waits for work that is told of {@link #stopping()}. */
    <T> @Nullable T awaitToEnd(Mono<T> work) {
        return block(work);
    }

    /** Stays with a process to the end of its output, and waits for that; when it is stopped, the process is ended. */
    ExitStatus awaitEnd(Mono<ContainerProcess> start, ContainerStreams streams) {
        Mono<ExitStatus> end = Mono.usingWhen(
                start, process -> Mono.firstWithSignal(toEnd(process, streams), stopped()), ContainerProcess::release);
        return Required.of(block(end));
    }

    private static Mono<ExitStatus> toEnd(ContainerProcess process, ContainerStreams streams) {
        Mono<?> deadline = process.exit().delayElement(DRAIN_TIMEOUT);
        Mono<Boolean> drained = Mono.when(streams.relay(process), process.drained())
                .thenReturn(true)
                .timeout(deadline, Mono.just(false));
        return Mono.zip(process.exit(), drained, (status, isDrained) -> status);
    }

    private <T> Mono<T> stopped() {
        return stop.asMono().then(Mono.error(() -> new IllegalStateException("the command was stopped")));
    }

    private <T> @Nullable T block(Mono<T> work) {
        try {
            return work.block();
        } catch (RuntimeException e) {
            throw isShuttingDown ? new StoppedBySignalException(e) : e;
        }
    }

    @Override
    public void close() {
        done.tryEmitEmpty();
        closing.block();
        try {
            Runtime.getRuntime().removeShutdownHook(onShutdown);
        } catch (IllegalStateException shuttingDown) {
            log.debug("the JVM is ending already");
        }
    }

    private void closeOnShutdown() {
        isShuttingDown = true;
        stop.tryEmitEmpty();
        done.asMono().timeout(SHUTDOWN_LIMIT, Mono.empty()).then(closing).block();
    }
}
