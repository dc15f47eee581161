// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.RunningProcess;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/**
 * A logging driver, which both outputs of a process go to. What it subscribes to ends with the driver, which is
 * released when it has ended, and at the latest by closing.
 */
final class DriverUpstream implements UpstreamIo {
    static final int STDOUT_DESCRIPTOR = 3;
    static final int STDERR_DESCRIPTOR = 4;
    static final int READY_DESCRIPTOR = 5;
    /** How long after its pipe broke a driver may take to show that it has ended. */
    private static final Duration SETTLE_TIME = Duration.ofMillis(500);

    private final StdioUri uri;
    private final boolean isTerminal;
    private final DriverLimits limits;
    private final RunningProcess driver;
    private final DriverFeed stdout;
    private final DriverFeed stderr;
    private final Sinks.One<Boolean> ready = Sinks.one();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final AtomicReference<@Nullable UpstreamException> death = new AtomicReference<>();
    private volatile boolean isTerminated;

    DriverUpstream(StdioUri uri, UpstreamOptions options, DriverLimits limits, RunningProcess driver) {
        this.uri = uri;
        this.limits = limits;
        this.driver = driver;
        isTerminal = options.isTerminal();
        stdout = new DriverFeed(uri, options, LogStream.STDOUT, limits);
        stderr = new DriverFeed(uri, options, LogStream.STDERR, limits);
    }

    /** Begins to feed and to watch the driver. */
    void begin() {
        driver.output(READY_DESCRIPTOR)
                .subscribe(
                        bytes -> ready.tryEmitValue(true),
                        error -> ready.tryEmitValue(false),
                        () -> ready.tryEmitValue(false));
        feed(STDOUT_DESCRIPTOR, stdout);
        feed(STDERR_DESCRIPTOR, stderr);
        driver.exit().subscribe(this::exited);
        if (isTerminal) {
            stderr.close();
        }
    }

    private void feed(int descriptor, DriverFeed feed) {
        driver.send(descriptor, feed.bytes())
                .subscribe(nothing -> {}, error -> broken(descriptor, feed, error), feed::written);
    }

    /** Waits a moment for the exit, which says more. */
    private void broken(int descriptor, DriverFeed feed, Throwable error) {
        feed.broken(error);
        UpstreamException closedByDriver =
                new UpstreamException(uri + ": the logging driver closed its descriptor " + descriptor, error);
        driver.exit()
                .map(this::toException)
                .timeout(SETTLE_TIME, Mono.just(closedByDriver))
                .subscribe(feed::fail);
    }

    /** A driver may well care for one output alone, and end with it. */
    private void exited(ExitStatus status) {
        if (!isClosing.get()) {
            UpstreamException error = toException(status);
            boolean hasTakenItsInput = stdout.isWritten() || stderr.isWritten();
            death.set(status.isSuccess() && hasTakenItsInput ? null : error);
            stdout.fail(error);
            stderr.fail(error);
            driver.release().subscribe(nothing -> {}, stuck -> {});
        }
    }

    private UpstreamException toException(ExitStatus status) {
        return new UpstreamException(uri + ": the logging driver ended before its input did, " + status, null);
    }

    /** Completes when the driver has said that it is ready. */
    Mono<Void> ready() {
        return Mono.firstWithSignal(
                        ready.asMono().flatMap(this::checkReady), driver.exit().flatMap(this::notReady))
                .timeout(limits.readyTimeout(), Mono.error(this::tooSlow));
    }

    private Mono<Void> checkReady(boolean hasWritten) {
        if (hasWritten) {
            return Mono.empty();
        }
        return uri.scheme() == StdioUri.Scheme.BINARY_V2
                ? Mono.error(this::neverCalledReady)
                : ProcessEnds.isEnding(driver.pid()).flatMap(this::checkAlive);
    }

    /** Whatever closes by ending has not said that it is ready. */
    private Mono<Void> checkAlive(boolean isEnding) {
        return isEnding ? driver.exit().flatMap(this::notReady) : Mono.empty();
    }

    private Mono<Void> notReady(ExitStatus status) {
        return Mono.error(() -> uri.scheme() == StdioUri.Scheme.BINARY_V2
                ? neverCalledReady()
                : new UpstreamException("the logging driver ended before it was ready, " + status, null));
    }

    private UpstreamException neverCalledReady() {
        return new UpstreamException(
                "logging binary did not call ready (it may have crashed or exited prematurely)", null);
    }

    private UpstreamException tooSlow() {
        return new UpstreamException("the logging driver did not get ready within " + limits.readyTimeout(), null);
    }

    /** Ends a driver that nobody was given. */
    Mono<Void> abort() {
        isClosing.set(true);
        return driver.release();
    }

    @Override
    public StdioUri uri() {
        return uri;
    }

    @Override
    public boolean isTerminal() {
        return isTerminal;
    }

    @Override
    public ByteBufFlux stdin() {
        return ByteBufFlux.fromInbound(Flux.empty());
    }

    @Override
    public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
        return stdout.send(source);
    }

    @Override
    public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
        return stderr.send(source);
    }

    @Override
    public long lostBytes() {
        return stdout.lostBytes() + stderr.lostBytes();
    }

    @Override
    public Mono<Void> closeStdin() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (isClosing.compareAndSet(false, true)) {
                closeNow();
            }
            return closed.asMono();
        });
    }

    private void closeNow() {
        stdout.close();
        stderr.close();
        Mono.usingWhen(Mono.just(driver), process -> awaitEnd(), RunningProcess::release)
                .onErrorMap(this::toCloseFailure)
                .subscribe(nothing -> {}, closed::tryEmitError, closed::tryEmitEmpty);
    }

    private Mono<Void> awaitEnd() {
        Duration half = limits.endTimeout().dividedBy(2);
        return driver.exit().timeout(half, terminate(half)).flatMap(this::checkEnd);
    }

    private Mono<ExitStatus> terminate(Duration rest) {
        return Mono.defer(() -> {
            isTerminated = true;
            return driver.signal(Signal.TERM)
                    .onErrorComplete(ProcessAlreadyExitedException.class)
                    .then(driver.exit().timeout(rest, Mono.error(this::stuck)));
        });
    }

    private UpstreamException stuck() {
        return new UpstreamException(
                uri + ": the logging driver did not end within " + limits.endTimeout() + ", and was killed", null);
    }

    private Mono<Void> checkEnd(ExitStatus status) {
        UpstreamException before = death.get();
        if (before != null) {
            return Mono.error(before);
        }
        boolean isWell = status.isSuccess() || (isTerminated && isByTerm(status));
        return isWell
                ? Mono.empty()
                : Mono.error(() -> new UpstreamException(uri + ": the logging driver failed, " + status, null));
    }

    /** A shell says so by its code. */
    private static boolean isByTerm(ExitStatus status) {
        return status.code() == ExitStatus.signaled(Signal.TERM).code();
    }

    private Throwable toCloseFailure(Throwable error) {
        return error instanceof UpstreamException
                ? error
                : new UpstreamException("cannot close " + uri + ": " + Failures.why(error), error);
    }
}
