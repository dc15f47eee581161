// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.netty.buffer.ByteBuf;
import io.runflux.events.Signal;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.Terminal;
import io.runflux.process.TerminalSize;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Both ends of a terminal in memory. It echoes nothing, and the end of what is sent is the end of the input. */
final class FakeTerminal implements Terminal {
    private static final Signal WINDOW_CHANGED = Signal.of(28);

    private final Pipe input = new Pipe();
    private final Pipe output = new Pipe();
    private volatile @Nullable TerminalSize size;
    private volatile @Nullable Task user;

    /** The end of the process. */
    Streams streams() {
        return new Streams(input, input.read(), output, output);
    }

    /** The runtime's own hold ends with the hand-over. */
    void connect(Task process) {
        user = process;
        output.close();
    }

    @Nullable
    TerminalSize size() {
        return size;
    }

    @Override
    public ByteBufFlux output() {
        return output.buffers();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return input.send("the terminal", source);
    }

    @Override
    public Mono<Void> resize(TerminalSize newSize) {
        return Mono.fromRunnable(() -> {
            size = newSize;
            signal(WINDOW_CHANGED);
        });
    }

    @Override
    public Mono<Void> drained() {
        return output.drained();
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(() -> {
            input.closeUnlessSentTo();
            output.breakOff();
            signal(Signal.HUP);
        });
    }

    private void signal(Signal signal) {
        Task process = user;
        if (process == null) {
            return;
        }
        try {
            process.send(signal);
        } catch (ProcessAlreadyExitedException e) {
            user = null;
        }
    }
}
