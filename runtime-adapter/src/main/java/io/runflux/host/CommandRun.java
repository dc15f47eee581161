// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.netty.buffer.ByteBuf;
import io.runflux.process.StdinClosedException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/**
 * One run of a command. It owns what goes on from the start on, whether or not somebody waits: the copies, and the wait
 * for what cancels it. That ends with the process and its output, or by the release.
 */
final class CommandRun implements StartedCommand {
    private static final Logger log = LoggerFactory.getLogger(CommandRun.class);

    private final Command command;
    private final HostedProcess process;
    private final Mono<Boolean> cancelled;
    private final Sinks.Empty<Void> finished;
    private final StreamCopy stdin;
    private final StreamCopy stdout;
    private final StreamCopy stderr;
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final Sinks.One<ExitState> ended = Sinks.one();
    private final AtomicBoolean isWaitedFor = new AtomicBoolean();
    private final Disposable.Swap work = Disposables.swap();
    private volatile ExitState exitState = ExitState.unknown();
    private volatile @Nullable Throwable exitError;
    private volatile @Nullable CopyTimeoutException timedOut;

    private CommandRun(Command command, HostedProcess process, Mono<Boolean> cancelled, Sinks.Empty<Void> finished) {
        this.command = command;
        this.process = process;
        this.cancelled = cancelled;
        this.finished = finished;
        stdin = new StreamCopy("stdin", command.log());
        stdout = new StreamCopy("stdout", command.log());
        stderr = new StreamCopy("stderr", command.log());
    }

    static Mono<StartedCommand> start(Command command) {
        if (command.process().terminal() && command.stderr() != null) {
            return Mono.error(() -> new IllegalArgumentException(
                    "a process with a terminal has no standard error that work could be done with"));
        }
        Sinks.Empty<Void> finished = Sinks.empty();
        AtomicBoolean isBegun = new AtomicBoolean();
        Mono<Boolean> cancelled = oneSignal(command.cancellation())
                .takeUntilOther(finished.asMono())
                .cache();
        return Mono.firstWithSignal(cancelled, Mono.just(false))
                .flatMap(isCancelled -> isCancelled ? cancelledBefore(command) : startProcess(command))
                .doOnNext(process -> isBegun.set(true))
                .<StartedCommand>map(process -> new CommandRun(command, process, cancelled, finished).begin())
                .doFinally(end -> finishUnless(isBegun.get(), finished));
    }

    private static Mono<Boolean> oneSignal(Mono<?> cancellation) {
        return cancellation.map(value -> true).defaultIfEmpty(true).onErrorReturn(true);
    }

    /** What was begun finishes by itself. */
    private static void finishUnless(boolean isBegun, Sinks.Empty<Void> finished) {
        if (!isBegun) {
            finished.tryEmitEmpty();
        }
    }

    private static Mono<HostedProcess> cancelledBefore(Command command) {
        return Mono.error(
                () -> new CancellationException("command " + command.name() + " was cancelled before its start"));
    }

    private static Mono<HostedProcess> startProcess(Command command) {
        Pipes pipes = new Pipes(command.stdin() != null, command.stdout() != null, command.stderr() != null);
        return command.host().start(command.process(), pipes);
    }

    /** The command may fail while it is released, so the subscriber itself gets no error. */
    private CommandRun begin() {
        work.update(Mono.defer(this::toEnd)
                .doOnTerminate(finished::tryEmitEmpty)
                .doOnCancel(finished::tryEmitEmpty)
                .doOnSuccess(ended::tryEmitValue)
                .doOnError(ended::tryEmitError)
                .onErrorComplete()
                .subscribe());
        return this;
    }

    /** What goes on beside the wait never ends it, and is cancelled before its end is told. */
    private Mono<ExitState> toEnd() {
        return Mono.firstWithSignal(beside(feed()), beside(killWhenCancelled()), awaitEnd());
    }

    private static Mono<ExitState> beside(Mono<Void> other) {
        return other.then(Mono.never());
    }

    private Mono<Void> feed() {
        Publisher<? extends ByteBuf> source = command.stdin();
        return source == null
                ? Mono.empty()
                : stdin.watch(process.send(stdin.count(source).doOnError(stdin::failed))
                        .onErrorResume(StdinClosedException.class, error -> inputClosed(source, error)));
    }

    /** Closing an input while the source has nothing to say is no failure: nothing could not be written. */
    private Mono<Void> inputClosed(Publisher<? extends ByteBuf> source, StdinClosedException error) {
        if (stdin.isBegun()) {
            return error.bytesWritten() == stdin.bytes() ? Mono.empty() : Mono.error(error);
        }
        return Flux.from(source)
                .map(CommandRun::discard)
                .filter(size -> size > 0)
                .take(1)
                .next()
                .flatMap(size -> Mono.error(error));
    }

    private static int discard(ByteBuf buffer) {
        int size = buffer.readableBytes();
        buffer.release();
        return size;
    }

    private Mono<Void> killWhenCancelled() {
        return cancelled
                .flatMap(isCancelled -> process.kill())
                .doOnError(error ->
                        log.error("command {}: process {} could not be killed", command.name(), process.pid(), error))
                .onErrorComplete()
                .then();
    }

    private Mono<ExitState> awaitEnd() {
        return Mono.when(exited(), copied())
                .then(Mono.fromSupplier(this::errors))
                .delayUntil(errors -> released())
                .flatMap(this::toResult);
    }

    private Mono<Void> exited() {
        return process.exit()
                .doOnNext(status -> exitState = new ExitState(status))
                .doOnError(error -> exitError = error)
                .onErrorComplete()
                .then();
    }

    private Mono<Void> copied() {
        Duration timeout = command.copyAfterExitTimeout();
        Mono<Void> copied = Mono.when(
                copy(stdout, stdoutWork(), process.stdout()), copy(stderr, command.stderr(), process.stderr()));
        return timeout.isZero() ? copied : copied.takeUntilOther(copyTimeout(timeout));
    }

    private @Nullable Function<? super ByteBufFlux, ? extends Publisher<?>> stdoutWork() {
        return command.stdout() == null && command.process().terminal() ? Function.identity() : command.stdout();
    }

    private Mono<Void> copy(
            StreamCopy copy, @Nullable Function<? super ByteBufFlux, ? extends Publisher<?>> work, ByteBufFlux stream) {
        if (work == null) {
            return Mono.empty();
        }
        ByteBufFlux counted = ByteBufFlux.fromInbound(copy.count(stream).takeUntilOther(closed.asMono()));
        return copy.watch(Mono.defer(() -> Mono.when(work.apply(counted)))).then(close(stream));
    }

    /** Work that ends without having read leaves a pipe that nobody would read, and that the process waits for. */
    private static Mono<Void> close(ByteBufFlux stream) {
        return stream.takeUntilOther(Mono.empty()).onErrorComplete().then();
    }

    /** The streams are ended for the work, too, which then still does what it does at their end. */
    private Mono<Long> copyTimeout(Duration timeout) {
        return exited().then(Mono.delay(timeout)).doOnNext(tick -> {
            timedOut = new CopyTimeoutException(timeout);
            closed.tryEmitEmpty();
        });
    }

    private List<Throwable> errors() {
        return Stream.of(stdout.error(), stderr.error(), stdin.error(), timedOut, exitUnknown(), exitError())
                .filter(Objects::nonNull)
                .<Throwable>map(Objects::requireNonNull)
                .toList();
    }

    private @Nullable Throwable exitUnknown() {
        return exitState.exitCode() < 0 ? new ExitUnknownException(process.pid(), exitError) : null;
    }

    private @Nullable Throwable exitError() {
        return exitState.exitCode() > 0 ? new ExitError(exitState) : null;
    }

    private Mono<Void> released() {
        return process.release()
                .doOnError(error ->
                        log.warn("command {}: process {} was not released", command.name(), process.pid(), error))
                .onErrorComplete();
    }

    private Mono<ExitState> toResult(List<Throwable> errors) {
        return errors.isEmpty()
                ? Mono.just(exitState)
                : Mono.error(() -> CommandException.of(command.name(), exitState, errors));
    }

    @Override
    public HostedProcess process() {
        return process;
    }

    @Override
    public ExitState exitState() {
        return exitState;
    }

    @Override
    public Mono<ExitState> waitFor() {
        return Mono.defer(() -> isWaitedFor.compareAndSet(false, true)
                ? ended.asMono()
                : Mono.error(new IllegalStateException("command " + command.name() + " was waited for before")));
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(this::endWork).then(Mono.defer(process::release));
    }

    private void endWork() {
        work.dispose();
        ended.tryEmitError(new CancellationException("command " + command.name() + " was released"));
    }
}
