// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** The writing end of a stream to somebody else. What it does not take waits for the next event. */
final class NativeOutbound extends EpollHandle implements OutboundStream {
    /** Writes in one go, after which the other descriptors of the loop get their turn. */
    private static final int WRITES_PER_TURN = 16;

    private final StreamAddress address;
    private final Libc libc;
    private @Nullable Write current;
    private boolean isWritable = true;
    private volatile long unreadBytes;

    private NativeOutbound(Endpoint endpoint, StreamAddress address) {
        super(endpoint.loop(), endpoint.descriptor());
        this.address = address;
        libc = endpoint.libc();
    }

    /** Takes over a descriptor, on the loop; if this fails, it is closed. */
    static NativeOutbound attach(Endpoint endpoint, StreamAddress address) {
        NativeOutbound stream = new NativeOutbound(endpoint, address);
        try {
            stream.register(OUT);
        } catch (RuntimeException | Error e) {
            stream.close();
            throw e;
        }
        return stream;
    }

    @Override
    public Mono<Void> write(ByteBuf buffer) {
        if (!buffer.hasMemoryAddress()) {
            throw new IllegalArgumentException("buffer must be a direct one, was " + buffer);
        }
        return Mono.create(sink -> {
            buffer.retain();
            if (!execute(() -> begin(buffer, sink))) {
                buffer.release();
                sink.error(new LoopEndedException(null));
            }
        });
    }

    @Override
    public Mono<Long> release() {
        return onLoop(this::countAndClose)
                .onErrorComplete(LoopEndedException.class)
                .then(Mono.fromSupplier(() -> unreadBytes));
    }

    @Override
    void ready(int events) {
        isWritable = true;
        flush();
    }

    @Override
    void closed() {
        end(new ProcessException(this + " is closed", null));
    }

    @Override
    public String toString() {
        return address.toString();
    }

    /** A loop that is shutting down may take a task and never run it. */
    private boolean execute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void begin(ByteBuf buffer, MonoSink<Void> sink) {
        Write write = new Write(buffer, sink);
        if (isClosed() || current != null) {
            write.end(
                    isClosed()
                            ? new ProcessException(this + " is closed", null)
                            : new IllegalStateException(this + " is being written to"));
            return;
        }
        current = write;
        sink.onCancel(() -> execute(() -> abandon(write)));
        flush();
    }

    private void abandon(Write write) {
        if (current == write) {
            current = null;
            write.buffer.release();
        }
    }

    private void flush() {
        Write write = current;
        if (write == null) {
            return;
        }
        try {
            if (writeWithinTurn(write.buffer)) {
                end(null);
            } else if (isWritable) {
                Future<?> unused = loop.schedule(this::flush, 0, TimeUnit.NANOSECONDS);
            }
        } catch (IOException | RuntimeException e) {
            end(classify(e));
        }
    }

    /** Returns whether that was all. */
    private boolean writeWithinTurn(ByteBuf buffer) throws IOException {
        int writes = 0;
        while (isWritable && buffer.isReadable() && writes++ < WRITES_PER_TURN) {
            int from = buffer.readerIndex();
            int count = fd().writeAddress(buffer.memoryAddress(), from, buffer.writerIndex());
            isWritable = count > 0;
            buffer.readerIndex(from + count);
        }
        return !buffer.isReadable();
    }

    private ProcessException classify(Exception e) {
        int errno = e instanceof NativeIoException io ? -io.expectedErr() : 0;
        errno = e instanceof NotYetConnectedException ? Linux.ENOTCONN : errno;
        return switch (errno) {
            case Linux.EPIPE, Linux.ECONNRESET, Linux.ENOTCONN ->
                new PeerUnavailableException(
                        PeerUnavailableException.Reason.SEVERED, this + ": " + Linux.describe(errno));
            default -> new ProcessException(this + ": writing failed", e);
        };
    }

    private void end(@Nullable Throwable error) {
        Write write = current;
        if (write != null) {
            current = null;
            write.end(error);
        }
    }

    private void countAndClose() {
        if (!isClosed()) {
            unreadBytes = countUnread();
            close();
        }
    }

    private long countUnread() {
        if (address.kind() != StreamAddress.Kind.FIFO || hasReader()) {
            return 0;
        }
        Pointer count = Scratch.get();
        return libc.ioctl(fd().intValue(), Linux.FIONREAD, count) < 0 ? 0 : count.getInt(0);
    }

    private boolean hasReader() {
        byte[] self = Linux.cString("/proc/self/fd/" + fd().intValue());
        int again = libc.open(self, Linux.O_WRONLY | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
        if (again >= 0) {
            libc.close(again);
        }
        return again != -Linux.ENXIO;
    }

    /** One buffer on its way. */
    private static final class Write {
        private final ByteBuf buffer;
        private final MonoSink<Void> sink;

        Write(ByteBuf buffer, MonoSink<Void> sink) {
            this.buffer = buffer;
            this.sink = sink;
        }

        void end(@Nullable Throwable error) {
            buffer.release();
            if (error == null) {
                sink.success();
            } else {
                sink.error(error);
            }
        }
    }
}
