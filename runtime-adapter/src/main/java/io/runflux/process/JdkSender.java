// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Signal;
import reactor.util.context.Context;

/** Writes what a source emits, one buffer at a time, and then closes the input. */
final class JdkSender implements CoreSubscriber<ByteBuf>, Disposable {
    /** A pipe takes that much or nothing (pipe(7), PIPE_BUF), so that the bytes written are known. */
    private static final int CHUNK_BYTES = 4096;

    private final JdkInput input;
    private final MonoSink<Void> sink;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile Subscription source = Operators.emptySubscription();
    private volatile long bytesWritten;

    /** How the source ended; guarded by this, as the flag. A source may end while its last buffer is being written. */
    private @Nullable Signal<Void> sourceEnd;

    private boolean isWriting;

    JdkSender(JdkInput input, MonoSink<Void> sink) {
        this.input = input;
        this.sink = sink;
    }

    @Override
    public Context currentContext() {
        return Context.of(sink.contextView());
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        source = subscription;
        if (isOver.get()) {
            subscription.cancel();
        } else {
            subscription.request(1);
        }
    }

    @Override
    public void onNext(ByteBuf buffer) {
        synchronized (this) {
            isWriting = true;
        }
        if (isOver.get() || !input.write(() -> write(buffer))) {
            buffer.release();
            closedByProcess();
        }
    }

    private void write(ByteBuf buffer) {
        boolean isWritten = writeChunks(buffer);
        boolean isOpen = input.written();
        Signal<Void> ended;
        synchronized (this) {
            isWriting = false;
            ended = sourceEnd;
        }
        if (isWritten && ended != null) {
            finish(ended);
        } else if (isWritten && isOpen) {
            source.request(1);
        } else {
            closedByProcess();
        }
    }

    private boolean writeChunks(ByteBuf buffer) {
        byte[] chunk = new byte[Math.min(CHUNK_BYTES, buffer.readableBytes())];
        long written = bytesWritten;
        try {
            while (buffer.isReadable() && !isOver.get()) {
                int count = Math.min(chunk.length, buffer.readableBytes());
                buffer.readBytes(chunk, 0, count);
                input.write(chunk, count);
                written += count;
                bytesWritten = written;
            }
            return true;
        } catch (IOException broken) {
            return false;
        } finally {
            buffer.release();
        }
    }

    @Override
    public void onError(Throwable error) {
        sourceEnded(Signal.error(error));
    }

    @Override
    public void onComplete() {
        sourceEnded(Signal.complete());
    }

    private void sourceEnded(Signal<Void> ended) {
        synchronized (this) {
            sourceEnd = ended;
            if (isWriting) {
                return;
            }
        }
        finish(ended);
    }

    private void finish(Signal<Void> ended) {
        if (isOver.compareAndSet(false, true)) {
            input.close();
            Throwable error = ended.getThrowable();
            if (error == null) {
                sink.success();
            } else {
                sink.error(error);
            }
        }
    }

    /** Fails the sending: the process, or its owner, closed the input before all was written. */
    void closedByProcess() {
        if (isOver.compareAndSet(false, true)) {
            source.cancel();
            input.close();
            sink.error(new StdinClosedException(input.pid(), bytesWritten));
        }
    }

    /** Cancelled: ends the source and the input. */
    @Override
    public void dispose() {
        if (isOver.compareAndSet(false, true)) {
            source.cancel();
            input.close();
        }
    }
}
