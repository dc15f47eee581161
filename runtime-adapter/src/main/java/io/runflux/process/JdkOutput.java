// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * One output pipe, read by a thread of its own, at most 32 KiB at a time and only while there is demand.
 *
 * <p>At the exit of a process the JDK reads what is in its pipes and closes them, so that a grandchild which still
 * writes is killed by {@code SIGPIPE}. It does so under the stream's monitor: the thread holds that as long as the
 * stream is open, and so the pipe stays open to its true end.
 */
final class JdkOutput implements Publisher<ByteBuf>, Subscription {
    private static final int READ_BYTES = 32 * 1024;

    private final String name;
    private final @Nullable InputStream pipe;
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private final Object lock = new Object();

    /** Guarded by the lock, as all below. */
    private @Nullable Subscriber<? super ByteBuf> subscriber;

    private boolean isSubscribed;
    private long demand;
    private boolean isClosed;
    private boolean isFinished;

    JdkOutput(String name, @Nullable InputStream pipe) {
        this.name = name;
        this.pipe = pipe;
    }

    void begin(ExecutorService threads) {
        if (pipe == null) {
            drained.tryEmitEmpty();
        } else {
            threads.execute(() -> readAll(pipe));
        }
    }

    Mono<Void> drained() {
        return drained.asMono();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuf> next) {
        if (pipe == null) {
            Operators.complete(next);
        } else if (isSecond()) {
            Operators.error(next, new IllegalStateException(name + " can have one subscriber only"));
        } else {
            next.onSubscribe(this);
            attach(next);
        }
    }

    private void attach(Subscriber<? super ByteBuf> next) {
        synchronized (lock) {
            if (!isFinished) {
                subscriber = next;
                lock.notifyAll();
                return;
            }
        }
        next.onComplete();
    }

    private boolean isSecond() {
        synchronized (lock) {
            boolean isSecond = isSubscribed;
            isSubscribed = true;
            return isSecond;
        }
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            synchronized (lock) {
                demand = Operators.addCap(demand, n);
                lock.notifyAll();
            }
        }
    }

    @Override
    public void cancel() {
        synchronized (lock) {
            subscriber = null;
        }
        close();
    }

    /** Closes our end; the subscriber sees the end of the stream. */
    void close() {
        synchronized (lock) {
            isClosed = true;
            lock.notifyAll();
        }
        closePipe();
        drained.tryEmitEmpty();
    }

    private void closePipe() {
        try {
            if (pipe != null) {
                pipe.close();
            }
        } catch (IOException nothingToLose) {
            return;
        }
    }

    private void readAll(InputStream in) {
        Throwable failure = null;
        try {
            synchronized (in) {
                boolean isOpen = true;
                while (isOpen && awaitDemand()) {
                    isOpen = readOne(in);
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        } finally {
            finish(failure);
        }
    }

    /** Returns false once the stream was closed from this side. */
    private boolean awaitDemand() throws InterruptedException {
        synchronized (lock) {
            while (!isClosed && (subscriber == null || demand == 0)) {
                lock.wait();
            }
            return !isClosed;
        }
    }

    private boolean readOne(InputStream in) throws IOException {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.heapBuffer(READ_BYTES);
        try {
            int count = buffer.writeBytes(in, READ_BYTES);
            if (count > 0) {
                deliver(buffer);
            }
            return count >= 0;
        } finally {
            buffer.release();
        }
    }

    private void deliver(ByteBuf buffer) {
        Subscriber<? super ByteBuf> target;
        synchronized (lock) {
            target = isClosed ? null : subscriber;
            demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        }
        if (target != null) {
            target.onNext(buffer);
        }
    }

    private void finish(@Nullable Throwable failure) {
        Subscriber<? super ByteBuf> target;
        boolean wasClosed;
        synchronized (lock) {
            target = subscriber;
            wasClosed = isClosed;
            isClosed = true;
            isFinished = true;
        }
        closePipe();
        if (target != null) {
            end(target, wasClosed ? null : failure);
        }
        drained.tryEmitEmpty();
    }

    private void end(Subscriber<? super ByteBuf> target, @Nullable Throwable failure) {
        if (failure == null) {
            target.onComplete();
        } else {
            target.onError(new ProcessException("cannot read " + name + ": " + failure.getMessage(), failure));
        }
    }
}
