// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/**
 * The writing end of a pipe, or a terminal. One source at most is written to it, one buffer at a time; what the pipe
 * does not take waits for the next event.
 */
final class PipeWriter extends EpollHandle {
    /** What a terminal takes for the end of input, Ctrl-D; it has no other. */
    private static final byte END_OF_TRANSMISSION = 4;
    /** Writes in one go, after which the other descriptors of the loop get their turn. */
    private static final int WRITES_PER_TURN = 16;

    private final String owner;
    private final String stream;
    private final boolean isTerminal;
    private final PipeGrowth growth;
    private final Runnable onClosed;
    private @Nullable Sender sender;
    private boolean isWritable = true;
    private long bytesWritten;
    private byte lastByte;

    PipeWriter(Endpoint endpoint, String owner, boolean isTerminal, PipeGrowth growth, Runnable onClosed) {
        this(endpoint, owner, "standard input", isTerminal, growth, onClosed);
    }

    /** Writes to a further descriptor. */
    PipeWriter(Endpoint endpoint, String owner, int number, PipeGrowth growth, Runnable onClosed) {
        this(endpoint, owner, "descriptor " + number, false, growth, onClosed);
    }

    private PipeWriter(
            Endpoint endpoint, String owner, String stream, boolean isTerminal, PipeGrowth growth, Runnable onClosed) {
        super(endpoint.loop(), endpoint.descriptor());
        this.owner = owner;
        this.stream = stream;
        this.isTerminal = isTerminal;
        this.growth = growth;
        this.onClosed = onClosed;
    }

    Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return Mono.create(sink -> {
            try {
                loop.execute(() -> begin(source, sink));
            } catch (RejectedExecutionException e) {
                sink.error(new LoopEndedException(e));
            }
        });
    }

    /** Closes the pipe unless something is being sent, which then ends on its own. */
    void closeIfUnused() {
        if (sender == null) {
            close();
        }
    }

    @Override
    void ready(int events) {
        isWritable = true;
        if ((events & (ERR | HANGUP)) != 0) {
            close();
        } else if (sender != null) {
            sender.flush();
        }
    }

    @Override
    void closed() {
        if (sender != null) {
            sender.fail(closedByPeer());
        }
        onClosed.run();
    }

    @Override
    public String toString() {
        return stream + " of " + owner;
    }

    private void begin(Publisher<? extends ByteBuf> source, MonoSink<Void> sink) {
        if (sender != null) {
            sink.error(new IllegalStateException(this + " was sent to before"));
        } else if (isClosed()) {
            sink.error(closedByPeer());
        } else {
            Sender created = new Sender(sink);
            sender = created;
            sink.onDispose(created::abandon);
            subscribe(source, created);
        }
    }

    private void subscribe(Publisher<? extends ByteBuf> source, Sender created) {
        try {
            source.subscribe(created);
        } catch (Throwable e) {
            created.fail(new ProcessException(this + ": its source cannot be subscribed to", e));
        }
    }

    /** Writes what the pipe takes, and says whether that was all. */
    private boolean write(ByteBuf buffer) throws IOException {
        int writes = 0;
        while (isWritable && buffer.isReadable() && writes++ < WRITES_PER_TURN) {
            int from = buffer.readerIndex();
            int count = fd().writeAddress(buffer.memoryAddress(), from, buffer.writerIndex());
            growth.passed(count);
            isWritable = count > 0 || growth.waits();
            bytesWritten += count;
            lastByte = count > 0 ? buffer.getByte(from + count - 1) : lastByte;
            buffer.readerIndex(from + count);
        }
        return !buffer.isReadable();
    }

    private ProcessException classify(Throwable e) {
        boolean isPeerGone = e instanceof NativeIoException io
                && (io.expectedErr() == -Linux.EPIPE || io.expectedErr() == -Linux.EIO);
        return isPeerGone ? closedByPeer() : new ProcessException(this + ": writing failed", e);
    }

    private StdinClosedException closedByPeer() {
        return new StdinClosedException(owner, stream, bytesWritten);
    }

    /**
     * The subscriber of the source. The source may speak on any thread, also on the loop; each of its signals becomes a
     * task of the loop, so that they keep their order, and the other descriptors get their turn in between.
     */
    private final class Sender extends BaseSubscriber<ByteBuf> {
        private final MonoSink<Void> sink;
        private @Nullable ByteBuf current;
        private boolean isEnding;
        private boolean isEndSent;
        private boolean isDone;

        Sender(MonoSink<Void> sink) {
            this.sink = sink;
        }

        @Override
        public Context currentContext() {
            return Context.of(sink.contextView());
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(ByteBuf buffer) {
            if (!onLoop(() -> accept(buffer))) {
                buffer.release();
            }
        }

        @Override
        protected void hookOnComplete() {
            onLoop(this::sourceCompleted);
        }

        @Override
        protected void hookOnError(Throwable error) {
            onLoop(() -> fail(error));
        }

        void abandon() {
            onLoop(() -> fail(new CancellationException()));
        }

        /** Returns false if the loop has ended, which has closed the pipe and failed the sending. */
        private boolean onLoop(Runnable step) {
            try {
                loop.execute(step);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }

        void fail(Throwable error) {
            if (end()) {
                Shielded.call(() -> sink.error(error));
            }
        }

        void flush() {
            if (current == null) {
                return;
            }
            try {
                ByteBuf buffer = toDirect(current);
                current = buffer;
                if (write(buffer)) {
                    buffer.release();
                    current = null;
                    written();
                } else if (isWritable) {
                    Future<?> unused = loop.schedule(this::flush, 0, TimeUnit.NANOSECONDS);
                }
            } catch (Throwable e) {
                fail(classify(e));
            }
        }

        private void accept(ByteBuf buffer) {
            if (isDone) {
                buffer.release();
                return;
            }
            current = buffer;
            flush();
        }

        private void written() {
            if (!isEnding) {
                request(1);
            } else if (isTerminal && !isEndSent) {
                isEndSent = true;
                accept(endOfInput());
            } else {
                succeed();
            }
        }

        /** In the middle of a line the first Ctrl-D only hands the line over, and the second is the end. */
        private ByteBuf endOfInput() {
            boolean isAtLineStart = bytesWritten == 0 || lastByte == '\n';
            ByteBuf end = Unpooled.directBuffer(2).writeByte(END_OF_TRANSMISSION);
            return isAtLineStart ? end : end.writeByte(END_OF_TRANSMISSION);
        }

        private void sourceCompleted() {
            isEnding = true;
            if (!isDone && current == null) {
                written();
            }
        }

        private void succeed() {
            if (end()) {
                Shielded.call(sink::success);
            }
        }

        /** Lets go of the source, what it gave and the pipe, once. */
        private boolean end() {
            if (isDone) {
                return false;
            }
            isDone = true;
            cancel();
            if (current != null) {
                ReferenceCountUtil.safeRelease(current);
                current = null;
            }
            close();
            return true;
        }

        private static ByteBuf toDirect(ByteBuf buffer) {
            if (buffer.hasMemoryAddress()) {
                return buffer;
            }
            ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer(buffer.readableBytes());
            direct.writeBytes(buffer);
            buffer.release();
            return direct;
        }
    }
}
