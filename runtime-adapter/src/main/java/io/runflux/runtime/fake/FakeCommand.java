// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ResourceUsage;
import io.runflux.process.RunningProcess;
import io.runflux.process.TerminalSize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** A call of runc. It owns the interpretation of its command line, which ends with it. */
final class FakeCommand implements RunningProcess, Task {
    private final int pid;
    private final ProcessSpec spec;
    private final Streams streams;
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private final Disposable.Swap running = Disposables.swap();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private volatile @Nullable Payload payload;

    FakeCommand(int pid, ProcessSpec spec) {
        this.pid = pid;
        this.spec = spec;
        streams = Streams.of(spec);
    }

    /** What it yields is how the command ends. */
    void begin(Mono<ExitStatus> interpretation) {
        running.update(interpretation.subscribe(this::end));
    }

    Streams streams() {
        return streams;
    }

    boolean hasEnded() {
        return hasEnded.get();
    }

    /** The process reads what is sent to the command. */
    void connect(Payload process) {
        payload = process;
    }

    void end(ExitStatus status) {
        if (hasEnded.compareAndSet(false, true)) {
            running.dispose();
            streams.close();
            if (streams.stdin() != null) {
                streams.stdin().closeUnlessSentTo();
            }
            if (payload == null) {
                streams.endInput();
            }
            exit.tryEmitValue(status);
        }
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public List<String> arguments() {
        return spec.arguments();
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    /** An attached runc passes signals on, as far as it can. */
    @Override
    public void send(Signal signal) {
        Payload process = payload;
        if (hasEnded.get()) {
            throw new ProcessAlreadyExitedException("process " + pid);
        } else if (process == null || signal.equals(Signal.KILL)) {
            end(ExitStatus.signaled(signal));
        } else {
            process.send(signal);
        }
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> send(signal));
    }

    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return signal(signal);
    }

    @Override
    public ByteBufFlux stdout() {
        return buffers(streams.stdout());
    }

    @Override
    public ByteBufFlux stderr() {
        return streams.stderr() == streams.stdout() ? buffers(Output.NONE) : buffers(streams.stderr());
    }

    private static ByteBufFlux buffers(Output output) {
        return output instanceof Pipe pipe ? pipe.buffers() : ByteBufFlux.fromInbound(Flux.empty());
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        Pipe stdin = streams.stdin();
        return stdin == null
                ? Mono.error(() -> new IllegalStateException("standard input of process " + pid + " is no pipe"))
                : stdin.send("process " + pid, source);
    }

    @Override
    public Mono<ResourceUsage> resourceUsage() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> drained() {
        return Mono.when(drained(streams.stdout()), drained(streams.stderr()));
    }

    private static Mono<Void> drained(Output output) {
        return output instanceof Pipe pipe ? pipe.drained() : Mono.empty();
    }

    @Override
    public Mono<ExitStatus> kill() {
        return Mono.defer(() -> {
            end(ExitStatus.signaled(Signal.KILL));
            return exit();
        });
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return Mono.error(() -> new IllegalStateException("process " + pid + " has no terminal"));
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(() -> {
            end(ExitStatus.signaled(Signal.KILL));
            breakOff(streams.stdout());
            breakOff(streams.stderr());
        });
    }

    @Override
    public Mono<Void> release(Duration postKillTimeout) {
        if (postKillTimeout.isNegative()) {
            throw new IllegalArgumentException("post-kill timeout must not be negative, was " + postKillTimeout);
        }
        return release();
    }

    private static void breakOff(Output output) {
        if (output instanceof Pipe pipe) {
            pipe.breakOff();
        }
    }

    @Override
    public String toString() {
        return "process " + pid;
    }
}
