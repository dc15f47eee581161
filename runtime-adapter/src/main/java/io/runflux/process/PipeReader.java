// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/**
 * The reading end of a pipe, or a terminal, as a Flux for one subscriber. It reads on the loop only, and only when
 * there is both demand and something to read. Everything that changes the picture (an event, demand, cancellation, the
 * subscriber's arrival) raises the work counter; whoever raises it from zero has the loop drain.
 */
final class PipeReader extends EpollHandle {
    private static final int MIN_BUFFER = 512;
    private static final int MAX_BUFFER = 64 * 1024;
    /** Reads in one go, after which the other descriptors of the loop get their turn. */
    private static final int READS_PER_TURN = 16;

    private final String name;
    private final Libc libc;
    private final boolean isTerminal;
    private final PipeGrowth growth;
    private final Runnable onClosed;
    private final Sinks.Empty<Void> end = Sinks.empty();
    private final AtomicBoolean isSubscribed = new AtomicBoolean();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable CoreSubscriber<? super ByteBuf> subscriber;
    private volatile boolean isCancelled;

    private boolean isReadable;
    private boolean isHungUp;
    private boolean isTerminated;
    private @Nullable Throwable failure;
    private int bufferBytes = 4096;

    PipeReader(Endpoint endpoint, String name, boolean isTerminal, PipeGrowth growth, Runnable onClosed) {
        super(endpoint.loop(), endpoint.descriptor());
        this.name = name;
        this.isTerminal = isTerminal;
        this.growth = growth;
        this.onClosed = onClosed;
        libc = endpoint.libc();
    }

    ByteBufFlux flux() {
        return ByteBufFlux.fromInbound(new Source());
    }

    /** Completes when all was delivered, or nobody wants the rest. */
    Mono<Void> end() {
        return Shielded.of(end.asMono());
    }

    @Override
    void ready(int events) {
        isReadable = true;
        isHungUp |= (events & (HANGUP | ERR)) != 0;
        schedule();
    }

    @Override
    void closed() {
        terminate();
        end.tryEmitEmpty();
        onClosed.run();
    }

    @Override
    public String toString() {
        return name;
    }

    private void schedule() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        if (loop.inEventLoop()) {
            drain();
        } else {
            executeDrain();
        }
    }

    private void executeDrain() {
        try {
            loop.execute(this::drain);
        } catch (RejectedExecutionException e) {
            failure = new LoopEndedException(e);
            terminate();
            work.set(0);
        }
    }

    /** A task of its own would run before the loop looks at other descriptors again; a timer runs after. */
    private void drainNextTurn() {
        Future<?> unused = loop.schedule(this::drain, 0, TimeUnit.NANOSECONDS);
    }

    private void drain() {
        int missed = 1;
        while (missed != 0) {
            if (!readWithinTurn()) {
                drainNextTurn();
                return;
            }
            if (isCancelled || isExhausted()) {
                close();
            }
            if (isClosed()) {
                terminate();
            }
            missed = work.addAndGet(-missed);
        }
    }

    /** Returns false if there is more to read than fits into one turn. */
    private boolean readWithinTurn() {
        CoreSubscriber<? super ByteBuf> target = subscriber;
        int reads = 0;
        while (target != null && isReadable && !isClosed() && !isCancelled && requested.get() > 0) {
            if (reads++ == READS_PER_TURN) {
                return false;
            }
            readOnce(target);
        }
        return true;
    }

    private void readOnce(CoreSubscriber<? super ByteBuf> target) {
        try {
            read(target);
        } catch (Throwable e) {
            failure = isEndOfTerminal(e) ? null : new ProcessException(name + ": reading failed", e);
            close();
        }
    }

    private void read(CoreSubscriber<? super ByteBuf> target) throws IOException {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(bufferBytes, bufferBytes);
        try {
            int count = fd().readAddress(buffer.memoryAddress(), 0, bufferBytes);
            if (count > 0) {
                growth.passed(count);
                adaptTo(count);
                requested.accumulateAndGet(-1, PipeReader::subtract);
                target.onNext(buffer.writerIndex(count));
            } else if (count == 0) {
                growth.waits();
                isReadable = false;
            } else {
                close();
            }
        } finally {
            buffer.release();
        }
    }

    private void adaptTo(int count) {
        if (count == bufferBytes) {
            bufferBytes = Math.min(bufferBytes * 2, MAX_BUFFER);
        } else if (count < bufferBytes / 4) {
            bufferBytes = Math.max(bufferBytes / 2, MIN_BUFFER);
        }
    }

    private static long subtract(long demand, long delivered) {
        return demand == Long.MAX_VALUE ? demand : demand + delivered;
    }

    /** A terminal whose last user has gone fails with {@code EIO} where a pipe would be at its end. */
    private boolean isEndOfTerminal(Throwable e) {
        return isTerminal && e instanceof NativeIoException io && io.expectedErr() == -Linux.EIO;
    }

    /**
     * Without demand the end of an empty pipe is seen all the same, so that it comes also to who never reads. A
     * terminal may still hold something that it does not count.
     */
    private boolean isExhausted() {
        return isHungUp && !isTerminal && !isClosed() && requested.get() == 0 && available() == 0;
    }

    private int available() {
        Pointer count = Scratch.get();
        return libc.ioctl(fd().intValue(), Linux.FIONREAD, count) < 0 ? 1 : count.getInt(0);
    }

    private void terminate() {
        CoreSubscriber<? super ByteBuf> target = subscriber;
        if (target == null || isTerminated || isCancelled) {
            return;
        }
        isTerminated = true;
        Throwable error = failure;
        Shielded.call(() -> {
            if (error == null) {
                target.onComplete();
            } else {
                target.onError(error);
            }
        });
    }

    /** What the subscriber sees of the reader. */
    private final class Source extends Flux<ByteBuf> implements Subscription {
        @Override
        public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
            if (!isSubscribed.compareAndSet(false, true)) {
                Operators.error(actual, new IllegalStateException(name + " allows one subscriber only"));
                return;
            }
            actual.onSubscribe(this);
            subscriber = actual;
            schedule();
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                requested.accumulateAndGet(n, Operators::addCap);
                schedule();
            }
        }

        @Override
        public void cancel() {
            isCancelled = true;
            schedule();
        }
    }
}
