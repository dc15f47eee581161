// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.process.StdinClosedException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/**
 * One output on its way into a pipe of a driver. Whoever brings output copies it into the queue; the pipe asks for one
 * buffer at a time. Everything that changes the picture raises the work counter, and whoever raises it from zero passes
 * on what can be. The memory is bounded by twice the buffer: what waits, and what was taken from there.
 */
final class DriverFeed implements IntakeTarget {
    private static final long UNKNOWN = -1;

    private final LogStream stream;
    private final boolean waits;
    private final LogQueue queue;
    private final Intakes intakes;
    private final AtomicLong lostBytes = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicBoolean isEnding = new AtomicBoolean();
    private volatile @Nullable FluxSink<ByteBuf> pipe;
    private final AtomicReference<@Nullable UpstreamException> failure = new AtomicReference<>();
    private volatile boolean isWritten;
    /** What the pipe has taken when it broke, marks included. */
    private volatile long writtenBytes = UNKNOWN;
    /** Written by whoever passes on alone, as all below. */
    private Iterator<LogQueue.Entry> taken = Collections.emptyIterator();

    private long passedBytes;
    private boolean isMarkLast;
    private boolean endsLine = true;
    private boolean isFinished;

    DriverFeed(StdioUri uri, UpstreamOptions options, LogStream stream, DriverLimits limits) {
        this.stream = stream;
        waits = limits.waits();
        queue = new LogQueue(limits.bufferBytes(), !waits, Clock.systemUTC());
        intakes = new Intakes(uri, options.isTerminal(), this);
    }

    Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return intakes.send(stream, source);
    }

    /** Returns what goes into the pipe, for one subscriber. */
    Flux<ByteBuf> bytes() {
        return Flux.create(this::begin, FluxSink.OverflowStrategy.ERROR);
    }

    private void begin(FluxSink<ByteBuf> sink) {
        pipe = sink;
        sink.onRequest(count -> pass());
    }

    long lostBytes() {
        return lostBytes.get();
    }

    /** Cancels the source; what was taken over still goes into the pipe, and then its end. */
    void close() {
        intakes.close();
        end(stream);
    }

    boolean isWritten() {
        return isWritten;
    }

    /** The pipe has taken everything, and is closed. */
    void written() {
        isWritten = true;
        pass();
    }

    /** The pipe takes nothing more. */
    void broken(Throwable error) {
        writtenBytes = error instanceof StdinClosedException closed ? closed.bytesWritten() : UNKNOWN;
        pass();
    }

    /** From now on everything is lost; a source that would wait is cancelled. */
    void fail(UpstreamException error) {
        failure.compareAndSet(null, error);
        if (waits) {
            intakes.fail(error);
        }
        pass();
    }

    @Override
    public boolean waits() {
        return waits;
    }

    @Override
    public boolean hasRoom() {
        return queue.hasRoom();
    }

    @Override
    public void take(LogStream ignored, ByteBuf buffer) {
        int size = buffer.readableBytes();
        lostBytes.addAndGet(isEnding.get() || failure.get() != null ? size : queue.offer(stream, buffer));
        pass();
    }

    @Override
    public void end(LogStream ignored) {
        if (isEnding.compareAndSet(false, true)) {
            queue.end(stream);
            pass();
        }
    }

    private void pass() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        while (missed != 0) {
            passWhatCanBe();
            missed = work.addAndGet(-missed);
        }
    }

    private void passWhatCanBe() {
        FluxSink<ByteBuf> out = pipe;
        boolean goesOn = out != null;
        while (goesOn && failure.get() == null && out != null && isAsked(out)) {
            goesOn = passOne(out);
        }
        if (isFinished || failure.get() != null) {
            countPassedInVain();
            loseRest();
        }
        if (!isFinished && (isWritten || (failure.get() != null && isEnding.get()))) {
            isFinished = true;
            intakes.finish(stream, isWritten ? null : failure.get());
        }
    }

    private static boolean isAsked(FluxSink<ByteBuf> out) {
        return !out.isCancelled() && out.requestedFromDownstream() > 0;
    }

    /** Returns whether there may be more. */
    private boolean passOne(FluxSink<ByteBuf> out) {
        LogQueue.Entry entry = next();
        if (entry instanceof LogQueue.Output output) {
            emit(out, output.bytes(), false);
        } else if (entry instanceof LogQueue.Loss loss) {
            String mark = (endsLine ? "" : "\n") + stream.lossMark(loss.bytes());
            emit(out, mark.getBytes(StandardCharsets.US_ASCII), true);
        } else if (entry instanceof LogQueue.End) {
            out.complete();
        }
        return entry instanceof LogQueue.Output || entry instanceof LogQueue.Loss;
    }

    private LogQueue.@Nullable Entry next() {
        if (!taken.hasNext() && !queue.isEmpty()) {
            taken = queue.take().iterator();
            intakes.resume();
        }
        return taken.hasNext() ? taken.next() : null;
    }

    private void emit(FluxSink<ByteBuf> out, byte[] bytes, boolean isMark) {
        if (bytes.length > 0) {
            passedBytes += bytes.length;
            isMarkLast = isMark;
            endsLine = bytes[bytes.length - 1] == '\n';
            out.next(Unpooled.wrappedBuffer(bytes));
        }
    }

    /** Only the last buffer can be in the hands of the pipe still. */
    private void countPassedInVain() {
        long written = writtenBytes;
        if (written != UNKNOWN) {
            writtenBytes = UNKNOWN;
            lostBytes.addAndGet(isMarkLast ? 0 : passedBytes - written);
        }
    }

    private void loseRest() {
        LogQueue.Entry entry = next();
        while (entry != null) {
            if (entry instanceof LogQueue.Output output) {
                lostBytes.addAndGet(output.bytes().length);
            }
            entry = next();
        }
    }
}
