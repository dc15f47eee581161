// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.OciProcess;
import io.runflux.process.StdinClosedException;
import io.runflux.process.TerminalSize;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** A host of one process, which ends when the test says so, and notes what is done to it. */
final class ScriptedHost implements ProcessHost, HostedProcess {
    final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private Flux<ByteBuf> output = Flux.empty();
    private Mono<HostedProcess> start = Mono.just(this);
    private Mono<Void> release = Mono.empty();
    private boolean isBroken;
    private boolean isInputClosed;
    private boolean endsWithItsInput;

    ScriptedHost output(Flux<ByteBuf> value) {
        output = value;
        return this;
    }

    ScriptedHost start(Mono<HostedProcess> value) {
        start = value;
        return this;
    }

    ScriptedHost exits(ExitStatus status) {
        exit.tryEmitValue(status).orThrow();
        return this;
    }

    ScriptedHost isLost(Throwable error) {
        exit.tryEmitError(error).orThrow();
        return this;
    }

    ScriptedHost release(Mono<Void> value) {
        release = value;
        return this;
    }

    ScriptedHost closesInput() {
        isInputClosed = true;
        return this;
    }

    /** Exits when its input is closed, before anybody is told of what was sent there. */
    ScriptedHost endsWithItsInput() {
        endsWithItsInput = true;
        return this;
    }

    /** Throws from now on, where it is asked for something that it should return. */
    ScriptedHost isBroken() {
        isBroken = true;
        return this;
    }

    private void throwIfBroken() {
        if (isBroken) {
            throw new IllegalStateException("broken");
        }
    }

    Command command() {
        return Command.of(this, "x");
    }

    @Override
    public Mono<HostedProcess> start(OciProcess process, Pipes pipes) {
        return start.doOnSubscribe(subscription -> calls.add("start " + pipes));
    }

    @Override
    public int pid() {
        return 7;
    }

    @Override
    public ByteBufFlux stdout() {
        throwIfBroken();
        return ByteBufFlux.fromInbound(output);
    }

    @Override
    public ByteBufFlux stderr() {
        throwIfBroken();
        return ByteBufFlux.fromInbound(Flux.empty());
    }

    /** Takes nothing, and says so once the source has yielded. */
    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        throwIfBroken();
        Mono<Void> sent = Flux.from(source).doOnNext(ByteBuf::release).then();
        Mono<Void> closed = Mono.error(new StdinClosedException("it", 0));
        if (endsWithItsInput) {
            return sent.onErrorResume(error -> {
                exits(ExitStatus.exited(0));
                return Mono.error(error);
            });
        }
        return isInputClosed ? closed : sent.then(closed);
    }

    @Override
    public Mono<ExitStatus> exit() {
        throwIfBroken();
        return exit.asMono();
    }

    @Override
    public Mono<Void> drained() {
        return Mono.empty();
    }

    @Override
    public Mono<Boolean> signal(Signal signal) {
        return Mono.fromSupplier(() -> calls.add("signal " + signal));
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(() -> calls.add("release")).then(release);
    }
}
