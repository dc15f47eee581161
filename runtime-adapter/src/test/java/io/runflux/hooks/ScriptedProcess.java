// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ResourceUsage;
import io.runflux.process.RunningProcess;
import io.runflux.process.TerminalSize;
import io.runflux.process.WatchedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** A process that ends when the test says so, and notes what is done to it. */
final class ScriptedProcess implements RunningProcess {
    final List<String> calls = new ArrayList<>();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private Flux<ByteBuf> output = Flux.empty();
    private Mono<Void> kill = Mono.empty();
    private Mono<Void> released = Mono.empty();

    /** A launcher of this process alone, which it yields as the test says. */
    ProcessLauncher launcher(Mono<?> whenLaunched) {
        return new ScriptedLauncher(whenLaunched.then(Mono.just(this)));
    }

    ProcessLauncher launcher() {
        return launcher(Mono.empty());
    }

    ScriptedProcess output(Flux<ByteBuf> value) {
        output = value;
        return this;
    }

    ScriptedProcess onKill(Mono<Void> value) {
        kill = value;
        return this;
    }

    ScriptedProcess diesOfKill() {
        return onKill(Mono.fromRunnable(() -> exits(ExitStatus.signaled(Signal.KILL))));
    }

    ScriptedProcess onRelease(Mono<Void> value) {
        released = value;
        return this;
    }

    void exits(ExitStatus status) {
        exit.tryEmitValue(status).orThrow();
    }

    @Override
    public int pid() {
        return 7;
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    @Override
    public ByteBufFlux stdout() {
        return ByteBufFlux.fromInbound(output);
    }

    @Override
    public ByteBufFlux stderr() {
        return ByteBufFlux.fromInbound(Flux.empty());
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return Flux.from(source).then();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.defer(() -> {
            calls.add("signal " + signal);
            return kill;
        });
    }

    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return Mono.defer(() -> {
            calls.add("signalGroup " + signal);
            return kill;
        });
    }

    @Override
    public Mono<Void> release(Duration postKillTimeout) {
        return Mono.defer(() -> {
            calls.add("release " + postKillTimeout);
            return released;
        });
    }

    @Override
    public Mono<Void> release() {
        throw new AssertionError("a hook has a post-kill timeout of its own");
    }

    @Override
    public Mono<ExitStatus> kill() {
        throw new AssertionError("a hook has a post-kill timeout of its own");
    }

    @Override
    public Mono<ResourceUsage> resourceUsage() {
        throw new AssertionError();
    }

    @Override
    public Mono<Void> drained() {
        throw new AssertionError();
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        throw new AssertionError();
    }

    private record ScriptedLauncher(Mono<RunningProcess> process) implements ProcessLauncher {
        @Override
        public Mono<RunningProcess> launch(ProcessSpec spec) {
            return process;
        }

        @Override
        public Mono<WatchedProcess> watch(int pid) {
            throw new AssertionError();
        }

        @Override
        public boolean isNative() {
            return true;
        }

        @Override
        public Mono<Void> disposeLater(Duration grace) {
            throw new AssertionError();
        }
    }
}
