// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.hooks.HookOutput.Piped;
import io.runflux.oci.Hook;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ReapTimeoutException;
import io.runflux.process.RunningProcess;
import io.runflux.process.StdinClosedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.netty.ByteBufFlux;

/**
 * One run of a hook. What ends it early is noted and has the process killed, but the wait for the end goes on: until
 * that end, which then is what the hook did, or until the post-kill timeout.
 */
final class HookExecution {
    private static final Logger log = LoggerFactory.getLogger(HookExecution.class);
    private static final int CHUNK_BYTES = 1 << 16;
    /** A start takes a moment, and without bound on a hung mount. */
    private static final Duration START_ALLOWANCE = Duration.ofSeconds(10);

    private final Hook hook;
    private final HookOptions options;
    private final Scheduler timer;
    private final @Nullable Duration timeLimit;
    private final long begunNanos = System.nanoTime();
    private final AtomicReference<@Nullable HookException> endedEarly = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> outputError = new AtomicReference<>();
    private final AtomicReference<@Nullable ExitStatus> exited = new AtomicReference<>();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final Mono<HookException> cancelled;
    private volatile boolean isStarted;

    HookExecution(Hook hook, HookOptions options, Scheduler timer) {
        this.hook = hook;
        this.options = options;
        this.timer = timer;
        timeLimit = shorter(hook.timeout() == null ? null : Duration.ofSeconds(hook.timeout()), options.timeout());
        cancelled = options.cancelWhen()
                .onErrorComplete()
                .then(Mono.fromSupplier(() -> HookException.cancelled(hook)))
                .takeUntilOther(finished.asMono())
                .cache();
    }

    private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
        return Stream.of(one, other)
                .filter(limit -> limit != null)
                .min(Duration::compareTo)
                .orElse(null);
    }

    Mono<HookResult> run(ProcessLauncher launcher, byte[] state) {
        return Flux.usingWhen(
                        start(launcher),
                        process -> toEnd(process, state),
                        this::release,
                        (process, error) -> release(process),
                        this::killAndRelease)
                .single()
                .timeout(startGivenUp(), Mono.error(() -> HookException.startGivenUp(hook)))
                .onErrorResume(HookException.class, error -> Mono.fromSupplier(() -> toResult(error)))
                .doFinally(end -> finished.tryEmitEmpty());
    }

    private Mono<RunningProcess> start(ProcessLauncher launcher) {
        return Mono.fromSupplier(() -> HookProcess.spec(hook, options))
                .flatMap(launcher::launch)
                .onErrorMap(HookException::notStarted)
                .doOnNext(process -> isStarted = true);
    }

    private Mono<HookResult> toEnd(RunningProcess process, byte[] state) {
        return ended(process, state)
                .mapNotNull(this::whatItDid)
                .timeout(givenUp(process), Mono.fromSupplier(() -> HookException.notReaped(options.postKillTimeout())))
                .map(this::toResult)
                .switchIfEmpty(Mono.fromSupplier(() -> toResult(null)));
    }

    private Mono<ExitStatus> ended(RunningProcess process, byte[] state) {
        return Mono.when(
                        process.exit().doOnNext(exited::set),
                        feed(process, state),
                        relay(options.stdout(), process.stdout()),
                        relay(options.stderr(), process.stderr()))
                .then(process.exit());
    }

    private Mono<Void> feed(RunningProcess process, byte[] state) {
        return process.send(chunks(state))
                .onErrorComplete(StdinClosedException.class)
                .onErrorResume(this::keepError);
    }

    private static Flux<ByteBuf> chunks(byte[] state) {
        int count = (state.length + CHUNK_BYTES - 1) / CHUNK_BYTES;
        return Flux.range(0, count).map(number -> chunk(state, number * CHUNK_BYTES));
    }

    private static ByteBuf chunk(byte[] state, int from) {
        return Unpooled.wrappedBuffer(state, from, Math.min(CHUNK_BYTES, state.length - from));
    }

    private Mono<Void> relay(HookOutput output, ByteBufFlux stream) {
        return output instanceof Piped piped
                ? Mono.defer(() -> Mono.when(piped.relay().apply(stream)))
                        .onErrorResume(error -> keepError(error).then(close(stream)))
                : Mono.empty();
    }

    /** Work that fails without having subscribed leaves a pipe that nobody would read, and that the hook waits for. */
    private static Mono<Void> close(ByteBufFlux stream) {
        return stream.takeUntilOther(Mono.empty()).onErrorComplete().then();
    }

    /** The first counts. The others go on: the hook may still end well without this stream. */
    private Mono<Void> keepError(Throwable error) {
        outputError.compareAndSet(null, error);
        return Mono.empty();
    }

    private @Nullable HookException whatItDid(ExitStatus status) {
        if (!status.isSuccess()) {
            return HookException.failed(hook, status);
        }
        Throwable error = outputError.get();
        return error == null ? null : HookException.output(hook, error);
    }

    /** Completes when a limit was reached, the process was killed, and the post-kill timeout has passed. */
    private Mono<Long> givenUp(RunningProcess process) {
        return limit().doOnNext(endedEarly::set)
                .then(Mono.defer(() -> kill(process)))
                .then(delay(options.postKillTimeout()));
    }

    /** Yields why, if the same has passed before the hook was even started. */
    private Mono<HookException> startGivenUp() {
        return limit().delayUntil(early -> delay(options.postKillTimeout().plus(START_ALLOWANCE)))
                .filter(early -> !isStarted)
                .doOnNext(endedEarly::set)
                .switchIfEmpty(Mono.never());
    }

    /** Yields why the hook is to be ended early. */
    private Mono<HookException> limit() {
        Mono<HookException> timedOut = timeLimit == null
                ? Mono.never()
                : delay(timeLimit).map(tick -> HookException.timedOut(hook, timeLimit));
        return Mono.firstWithSignal(cancelled, timedOut);
    }

    private Mono<Long> delay(Duration duration) {
        return Mono.delay(duration, timer);
    }

    private Mono<Void> kill(RunningProcess process) {
        Mono<Void> kill = options.killsGroup() ? process.signalGroup(Signal.KILL) : process.signal(Signal.KILL);
        return kill.onErrorComplete(ProcessAlreadyExitedException.class)
                .doOnError(error ->
                        log.error("hook {}: process {} could not be killed", hook.path(), process.pid(), error))
                .onErrorComplete();
    }

    private HookResult toResult(@Nullable HookException hookError) {
        HookException early = endedEarly.get();
        Duration duration = Duration.ofNanos(System.nanoTime() - begunNanos);
        return new HookResult(hookError, early == null ? hookError : early, exited.get(), duration);
    }

    /** After a limit the process was killed and waited for already. */
    private Mono<Void> release(RunningProcess process) {
        Duration wait = endedEarly.get() == null ? options.postKillTimeout() : Duration.ZERO;
        return process.release(wait).onErrorComplete(ReapTimeoutException.class);
    }

    private Mono<Void> killAndRelease(RunningProcess process) {
        return kill(process).then(Mono.defer(() -> release(process)));
    }
}
