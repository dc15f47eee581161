// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.process.RunningProcess;
import io.runflux.process.Terminal;
import io.runflux.process.TerminalSize;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Our ends of a process's streams: those of the command that it got them from, or a terminal in their place. */
final class ProcessStreams {
    private final RunningProcess command;
    private final @Nullable StdinRelay stdin;
    private final @Nullable Terminal terminal;

    private ProcessStreams(RunningProcess command, @Nullable StdinRelay stdin, @Nullable Terminal terminal) {
        this.command = command;
        this.stdin = stdin;
        this.terminal = terminal;
    }

    /** Takes null for an input that ends with the command, or is no pipe. */
    static ProcessStreams of(RunningProcess command, @Nullable StdinRelay stdin) {
        return new ProcessStreams(command, stdin, null);
    }

    static ProcessStreams ofTerminal(RunningProcess command, Terminal terminal) {
        return new ProcessStreams(command, null, terminal);
    }

    ByteBufFlux stdout() {
        return terminal == null ? command.stdout() : terminal.output();
    }

    ByteBufFlux stderr() {
        return terminal == null ? command.stderr() : ByteBufFlux.fromInbound(Flux.empty());
    }

    Mono<Void> send(Publisher<? extends ByteBuf> source) {
        if (terminal != null) {
            return terminal.send(source);
        }
        return stdin == null ? command.send(source) : stdin.send(source);
    }

    Mono<Void> drained() {
        return terminal == null ? command.drained() : terminal.drained();
    }

    Mono<Void> resize(TerminalSize size) {
        return terminal == null ? command.resize(size) : terminal.resize(size);
    }

    /** Closes them; the command, if it still runs, is killed. */
    Mono<Void> release() {
        Mono<Void> closed = terminal == null ? Mono.empty() : terminal.release();
        return Mono.fromRunnable(this::endInput).then(Mono.whenDelayError(command.release(), closed));
    }

    private void endInput() {
        if (stdin != null) {
            stdin.dispose();
        }
    }
}
