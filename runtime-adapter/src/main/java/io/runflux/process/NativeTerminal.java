// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A terminal that was handed over, on an event loop. The master is held until the release, and is read and written
 * through duplicates, so that closing those hangs nothing up.
 */
final class NativeTerminal implements Terminal {
    private final Libc libc;
    private final int master;
    private final String name;
    private final PipeReader reader;
    private final PipeWriter writer;
    private final Consumer<NativeTerminal> onReleased;
    private boolean isReleased;

    private NativeTerminal(Endpoint endpoint, String name, Consumer<NativeTerminal> onReleased) {
        libc = endpoint.libc();
        master = endpoint.descriptor();
        this.name = name;
        this.onReleased = onReleased;
        int forReading = duplicate();
        int forWriting;
        try {
            forWriting = duplicate();
        } catch (ProcessException e) {
            libc.close(forReading);
            throw e;
        }
        IoEventLoop loop = endpoint.loop();
        Endpoint output = new Endpoint(loop, forReading, libc);
        Endpoint input = new Endpoint(loop, forWriting, libc);
        reader = new PipeReader(output, "output of " + name, true, PipeGrowth.none(output), () -> {});
        writer = new PipeWriter(input, name, true, PipeGrowth.none(input), () -> {});
    }

    /**
     * Takes over a descriptor, on the loop; if this fails, it is closed.
     *
     * @throws ProcessException if it is not the master of a pseudo-terminal, or the kernel refuses
     */
    static NativeTerminal open(Endpoint endpoint, String origin, Consumer<NativeTerminal> onReleased) {
        NativeTerminal terminal;
        try {
            check(endpoint, origin);
            terminal = new NativeTerminal(endpoint, "the terminal " + origin, onReleased);
        } catch (RuntimeException | Error e) {
            endpoint.libc().close(endpoint.descriptor());
            throw e;
        }
        terminal.register();
        return terminal;
    }

    private static void check(Endpoint endpoint, String origin) {
        Libc libc = endpoint.libc();
        if (!Terminals.isMaster(libc, endpoint.descriptor())) {
            throw new ProcessException("the descriptor " + origin + " is not the master of a pseudo-terminal", null);
        }
        int error = libc.fcntl(endpoint.descriptor(), Linux.F_SETFL, Linux.O_NONBLOCK);
        if (error < 0) {
            throw new ProcessException("the terminal " + origin + ": " + Linux.describe(-error), null);
        }
    }

    private int duplicate() {
        int duplicate = libc.fcntl(master, Linux.F_DUPFD_CLOEXEC, 0);
        if (duplicate < 0) {
            throw new ProcessException(name + ": " + Linux.describe(-duplicate), null);
        }
        return duplicate;
    }

    private void register() {
        try {
            reader.register(EpollHandle.IN);
            writer.register(EpollHandle.OUT);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    IoEventLoop loop() {
        return reader.loop;
    }

    /** Closes everything, on the loop or after its end. */
    void close() {
        if (isReleased) {
            return;
        }
        isReleased = true;
        writer.close();
        reader.close();
        libc.close(master);
        onReleased.accept(this);
    }

    @Override
    public ByteBufFlux output() {
        return reader.flux();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return writer.send(source);
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return reader.onLoop(() -> resizeNow(size));
    }

    private void resizeNow(TerminalSize size) {
        int error = isReleased ? 0 : Terminals.resize(libc, master, size);
        if (error < 0) {
            throw new ProcessException("resizing " + name + ": " + Linux.describe(-error), null);
        }
    }

    @Override
    public Mono<Void> drained() {
        return reader.end();
    }

    @Override
    public Mono<Void> release() {
        return reader.onLoop(this::close).onErrorComplete(LoopEndedException.class);
    }

    @Override
    public String toString() {
        return name;
    }
}
