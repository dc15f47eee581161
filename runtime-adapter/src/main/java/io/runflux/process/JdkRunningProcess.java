// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** A process of the JDK. One thread waits for it, and one reads each of its pipes. */
final class JdkRunningProcess implements RunningProcess, JdkOwned {
    private static final int MAX_CODE = 255;

    private final Process process;
    private final int pid;
    private final JdkProcessLauncher launcher;
    private final Duration postKillTimeout;
    private final JdkInput stdin;
    private final JdkOutput stdout;
    private final JdkOutput stderr;
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final AtomicBoolean isHalfDiscarded = new AtomicBoolean();

    JdkRunningProcess(Process process, ProcessSpec spec, JdkProcessLauncher launcher) {
        this.process = process;
        this.launcher = launcher;
        pid = Math.toIntExact(process.pid());
        postKillTimeout = launcher.postKillTimeout();
        stdin = new JdkInput(pid, isPipe(spec, 0) ? process.getOutputStream() : null, launcher.threads());
        stdout = new JdkOutput("standard output", isPipe(spec, 1) ? process.getInputStream() : null);
        stderr = new JdkOutput("standard error", isPipe(spec, 2) ? process.getErrorStream() : null);
    }

    private static boolean isPipe(ProcessSpec spec, int number) {
        return spec.descriptors().get(number) == Stdio.pipe();
    }

    /** Starts the threads. Without them nobody would learn of the end, so a failure kills the process. */
    void begin() {
        ExecutorService threads = launcher.threads();
        try {
            threads.execute(this::awaitExit);
            stdout.begin(threads);
            stderr.begin(threads);
        } catch (RuntimeException | Error e) {
            discard();
            launcher.disown(this);
            throw e;
        }
    }

    private void awaitExit() {
        ExitStatus status = ExitStatus.unknown();
        try {
            status = toStatus(process.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exit.tryEmitValue(status);
        stdin.processEnded();
        disownAfterBoth();
    }

    /** A process that is discarded is disowned by the later of its discard and its end. */
    private void disownAfterBoth() {
        if (!isHalfDiscarded.compareAndSet(false, true)) {
            launcher.disown(this);
        }
    }

    private static ExitStatus toStatus(int code) {
        return code < 0 || code > MAX_CODE ? ExitStatus.unknown() : ExitStatus.fromShellCode(code);
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public ByteBufFlux stdout() {
        return ByteBufFlux.fromInbound(stdout);
    }

    @Override
    public ByteBufFlux stderr() {
        return ByteBufFlux.fromInbound(stderr);
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return stdin.send(source);
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    @Override
    public Mono<ResourceUsage> resourceUsage() {
        return exit().then(Mono.empty());
    }

    @Override
    public Mono<Void> drained() {
        return Mono.when(stdout.drained(), stderr.drained());
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> JdkSignals.send(process.toHandle(), signal));
    }

    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return Mono.error(() -> new IllegalStateException("process " + pid + " leads no process group"));
    }

    @Override
    public Mono<ExitStatus> kill() {
        return killWithin(postKillTimeout);
    }

    private Mono<ExitStatus> killWithin(Duration limit) {
        return Mono.defer(() -> {
            killNow();
            return process.isAlive() ? exitWithin(limit) : exit();
        });
    }

    private Mono<ExitStatus> exitWithin(Duration limit) {
        return exit().timeout(limit, Mono.error(() -> new ReapTimeoutException(pid, limit)));
    }

    /** Not {@link Process#destroyForcibly()}: that would close the streams, and what is in them would be lost. */
    private void killNow() {
        process.toHandle().destroyForcibly();
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return Mono.error(() -> new IllegalStateException("process " + pid + " has no terminal"));
    }

    @Override
    public Mono<Void> started() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> terminate() {
        return signal(Signal.TERM).onErrorComplete(ProcessException.class).then(exit().then());
    }

    @Override
    public Mono<Void> release() {
        return release(postKillTimeout);
    }

    @Override
    public Mono<Void> release(Duration limit) {
        Durations.requireNotNegative("post-kill timeout", limit);
        return killWithin(limit).then().onErrorResume(this::closedNevertheless).then(Mono.fromRunnable(this::letGo));
    }

    private Mono<Void> closedNevertheless(Throwable error) {
        letGo();
        return Mono.error(error);
    }

    private void letGo() {
        closeStreams();
        launcher.disown(this);
    }

    private void closeStreams() {
        stdin.close();
        stdout.close();
        stderr.close();
    }

    /** Ends a process that nobody will be given; the thread that waits for it does the rest. */
    void discard() {
        killNow();
        closeStreams();
        disownAfterBoth();
    }
}
