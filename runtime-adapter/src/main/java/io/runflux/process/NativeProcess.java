// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A child on an event loop: its exit, and its streams. It is attached to the loop, on the loop, before anyone sees it,
 * and is finished when the last of its descriptors is closed.
 */
final class NativeProcess implements RunningProcess, ExitWatch.Listener {
    private final Libc libc;
    private final Duration postKillTimeout;
    private final boolean leadsGroup;
    private final boolean endsItsGroup;
    private final ExitWatch watch;
    private final @Nullable PipeWriter stdin;
    private final @Nullable PipeReader stdout;
    private final @Nullable PipeReader stderr;
    private final Map<Integer, PipeWriter> inputs = new TreeMap<>();
    private final Map<Integer, PipeReader> outputs = new TreeMap<>();
    private final int terminal;
    private final boolean growsPipes;
    private final Semaphore largePipes;
    private final List<PipeGrowth> growths = new ArrayList<>();
    private final Consumer<NativeProcess> onFinished;
    private int openHandles;
    private boolean isReleased;
    private volatile boolean isFinished;

    NativeProcess(SpawnedChild child, IoEventLoop loop, NativeSettings settings, Consumer<NativeProcess> onFinished) {
        libc = settings.libc();
        postKillTimeout = settings.postKillTimeout();
        leadsGroup = child.kind().leadsGroup();
        endsItsGroup = child.kind() == ExitWatch.Kind.GROUP_LEADER;
        growsPipes = child.growsPipes();
        largePipes = settings.largePipes();
        this.onFinished = onFinished;
        int pid = child.pid();
        watch = new ExitWatch(endpoint(loop, child.pidfd()), pid, child.kind(), this);
        stdin = child.stdin() < 0 ? null : writer(loop, child);
        stdout = reader(loop, child.stdout(), "stdout of process " + pid, child.isTerminal());
        stderr = reader(loop, child.stderr(), "stderr of process " + pid, false);
        child.further().forEach(pipe -> addFurther(loop, pid, pipe));
        terminal = child.isTerminal() ? child.stdout() : -1;
    }

    private PipeWriter writer(IoEventLoop loop, SpawnedChild child) {
        String owner = "process " + child.pid();
        Endpoint pipe = endpoint(loop, child.stdin());
        return new PipeWriter(pipe, owner, child.isTerminal(), growth(pipe), this::closed);
    }

    private @Nullable PipeReader reader(IoEventLoop loop, int descriptor, String name, boolean isTerminal) {
        if (descriptor < 0) {
            return null;
        }
        Endpoint pipe = endpoint(loop, descriptor);
        return new PipeReader(pipe, name, isTerminal, growth(pipe), this::closed);
    }

    private void addFurther(IoEventLoop loop, int pid, FurtherPipe pipe) {
        Endpoint endpoint = endpoint(loop, pipe.descriptor());
        int number = pipe.number();
        if (pipe.isInput()) {
            inputs.put(number, new PipeWriter(endpoint, "process " + pid, number, growth(endpoint), this::closed));
        } else {
            String name = "descriptor " + number + " of process " + pid;
            outputs.put(number, new PipeReader(endpoint, name, false, growth(endpoint), this::closed));
        }
    }

    private PipeGrowth growth(Endpoint pipe) {
        PipeGrowth growth = growsPipes ? new PipeGrowth(pipe, largePipes) : PipeGrowth.none(pipe);
        growths.add(growth);
        return growth;
    }

    private Endpoint endpoint(IoEventLoop loop, int descriptor) {
        openHandles++;
        return new Endpoint(loop, descriptor, libc);
    }

    /** Registers everything, on the loop. If that fails, everything is closed, and the child killed. */
    void attach() {
        try {
            if (stdin != null) {
                stdin.register(EpollHandle.OUT);
            }
            if (stdout != null) {
                stdout.register(EpollHandle.IN);
            }
            if (stderr != null) {
                stderr.register(EpollHandle.IN);
            }
            inputs.values().forEach(input -> input.register(EpollHandle.OUT));
            outputs.values().forEach(output -> output.register(EpollHandle.IN));
            watch.register(EpollHandle.IN);
        } catch (RuntimeException | Error e) {
            closeStreamsNow();
            watch.close();
            throw e;
        }
    }

    @Override
    public int pid() {
        return watch.pid;
    }

    @Override
    public ByteBufFlux stdout() {
        return flux(stdout);
    }

    @Override
    public ByteBufFlux stderr() {
        return flux(stderr);
    }

    private static ByteBufFlux flux(@Nullable PipeReader reader) {
        return reader == null ? ByteBufFlux.fromInbound(Flux.empty()) : reader.flux();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return stdin == null
                ? Mono.error(() -> new IllegalStateException("standard input of " + this + " is not a pipe"))
                : stdin.send(source);
    }

    @Override
    public Mono<Void> send(int descriptor, Publisher<? extends ByteBuf> source) {
        PipeWriter input = inputs.get(descriptor);
        return input == null ? RunningProcess.super.send(descriptor, source) : input.send(source);
    }

    @Override
    public ByteBufFlux output(int descriptor) {
        return flux(outputs.get(descriptor));
    }

    @Override
    public Mono<ExitStatus> exit() {
        return watch.exit();
    }

    @Override
    public Mono<ResourceUsage> resourceUsage() {
        return watch.usage();
    }

    @Override
    public Mono<Void> drained() {
        return Mono.when(end(stdout), end(stderr));
    }

    private static Mono<Void> end(@Nullable PipeReader reader) {
        return reader == null ? Mono.empty() : reader.end();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return watch.signal(signal);
    }

    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return watch.signalGroup(signal);
    }

    /** Signals the group if the process leads one, else the process. */
    Mono<Void> signalWhole(Signal signal) {
        return endsItsGroup ? signalGroup(signal) : signal(signal);
    }

    @Override
    public Mono<ExitStatus> kill() {
        return killWithin(postKillTimeout);
    }

    private Mono<ExitStatus> killWithin(Duration limit) {
        return Mono.defer(() -> hasExited() && !endsItsGroup ? exit() : signalAndAwait(limit));
    }

    private Mono<ExitStatus> signalAndAwait(Duration limit) {
        return signalWhole(Signal.KILL)
                .onErrorComplete(ProcessAlreadyExitedException.class)
                .onErrorComplete(LoopEndedException.class)
                .then(Mono.defer(() -> hasExited() ? exit() : exitWithin(limit)));
    }

    private Mono<ExitStatus> exitWithin(Duration limit) {
        return exit().timeout(limit, Mono.error(() -> new ReapTimeoutException(pid(), limit)));
    }

    boolean hasExited() {
        return watch.hasExited();
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return terminal < 0
                ? Mono.error(() -> new IllegalStateException(this + " has no terminal"))
                : watch.onLoop(() -> resizeNow(size));
    }

    private void resizeNow(TerminalSize size) {
        if (stdout != null && !stdout.isClosed()) {
            Terminals.resize(libc, terminal, size);
        }
    }

    @Override
    public Mono<Void> release() {
        return release(postKillTimeout);
    }

    @Override
    public Mono<Void> release(Duration limit) {
        Durations.requireNotNegative("post-kill timeout", limit);
        return Mono.defer(() -> isFinished ? Mono.empty() : killAndClose(limit));
    }

    /** A release that fails has closed the streams nevertheless. */
    private Mono<Void> killAndClose(Duration limit) {
        return killWithin(limit)
                .then()
                .onErrorResume(error -> close().then(Mono.error(error)))
                .then(close());
    }

    private Mono<Void> close() {
        return watch.onLoop(this::closeNow).onErrorComplete(LoopEndedException.class);
    }

    /** A child that outlives its kill keeps its watch, so that it is reaped when it ends after all. */
    private void closeNow() {
        isReleased = true;
        closeStreamsNow();
        if (watch.hasExited()) {
            watch.close();
        }
    }

    private void closeStreamsNow() {
        if (stdin != null) {
            stdin.close();
        }
        if (stdout != null) {
            stdout.close();
        }
        if (stderr != null) {
            stderr.close();
        }
        inputs.values().forEach(EpollHandle::close);
        outputs.values().forEach(EpollHandle::close);
    }

    IoEventLoop loop() {
        return watch.loop();
    }

    /** The loop has ended, and its thread with it. */
    void loopEnded() {
        closeStreamsNow();
        watch.close();
    }

    /**
     * Kills and lets go of a process that nobody was given, on the loop, without waiting: the watch sees to the rest.
     * Nothing of its group can be meant to outlive it yet.
     */
    void abandonNow() {
        if (!watch.hasExited()) {
            libc.kill(leadsGroup ? -watch.pid : watch.pid, Signal.KILL.number());
        }
        closeNow();
    }

    @Override
    public void exited() {
        if (stdin != null) {
            stdin.closeIfUnused();
        }
        inputs.values().forEach(PipeWriter::closeIfUnused);
        if (isReleased) {
            watch.close();
        }
    }

    @Override
    public void closed() {
        if (--openHandles == 0) {
            growths.forEach(PipeGrowth::end);
            isFinished = true;
            onFinished.accept(this);
        }
    }

    @Override
    public String toString() {
        return "process " + watch.pid;
    }
}
