// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.runflux.process.StdinClosedException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/**
 * A pipe in memory, with any number of writers and one reader. It holds {@value #CAPACITY} bytes, or one write if that
 * is longer; a further write waits. It ends for the reader when the last writer has closed it, and breaks for the
 * writers when the reader goes. All but the counters is touched by one thread at a time, which works for the others.
 */
final class Pipe implements Output {
    static final int CAPACITY = 1 << 16;

    private final Queue<Chunk> arriving = new ConcurrentLinkedQueue<>();
    private final Queue<Chunk> held = new ArrayDeque<>();
    private int heldBytes;
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicInteger writers = new AtomicInteger(1);
    private final AtomicBoolean isRead = new AtomicBoolean();
    private final AtomicBoolean isSentTo = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private final Sinks.Empty<Void> broken = Sinks.empty();
    private volatile boolean isBroken;
    private volatile @Nullable FluxSink<byte[]> reader;

    @Override
    public Mono<Void> write(byte[] bytes) {
        return Mono.create(done -> {
            Chunk chunk = new Chunk(bytes, done);
            done.onCancel(() -> arriving.remove(chunk));
            arriving.add(chunk);
            work();
        });
    }

    @Override
    public void share() {
        writers.incrementAndGet();
    }

    @Override
    public void close() {
        writers.decrementAndGet();
        work();
    }

    /** Reads on demand only; cancelling breaks the pipe. One subscriber only. */
    Flux<byte[]> read() {
        return Flux.create(sink -> {
            if (!isRead.compareAndSet(false, true)) {
                sink.error(new IllegalStateException("the stream was read before"));
                return;
            }
            reader = sink;
            sink.onCancel(this::breakOff);
            sink.onRequest(demand -> work());
            work();
        });
    }

    /** Each buffer is released when {@code onNext} returns. */
    ByteBufFlux buffers() {
        return ByteBufFlux.fromInbound(read().concatMap(
                        bytes -> Flux.using(() -> Unpooled.wrappedBuffer(bytes), Flux::just, ByteBuf::release, false),
                        0));
    }

    /** Completes when the reader has got all, or there is none any more. */
    Mono<Void> drained() {
        return drained.asMono();
    }

    /** Takes the reader away. */
    void breakOff() {
        isBroken = true;
        work();
        broken.tryEmitEmpty();
    }

    /** Writes a source as the one who sends, and closes the pipe. */
    Mono<Void> send(String owner, Publisher<? extends ByteBuf> source) {
        return Mono.defer(() -> isSentTo.compareAndSet(false, true)
                ? Flux.from(source)
                        .concatMap(this::forward, 0)
                        .then()
                        .or(broken.asMono().then(Mono.error(BrokenPipeException::new)))
                        .onErrorMap(BrokenPipeException.class, e -> new StdinClosedException(owner, sent.get()))
                        .doFinally(signal -> close())
                : Mono.error(new IllegalStateException("standard input of " + owner + " was sent to before")));
    }

    private Mono<Void> forward(ByteBuf buffer) {
        byte[] bytes = ByteBufUtil.getBytes(buffer);
        buffer.release();
        return write(bytes).doOnSuccess(nothing -> sent.addAndGet(bytes.length));
    }

    /** Closes the pipe for a sender who never came. */
    void closeUnlessSentTo() {
        if (isSentTo.compareAndSet(false, true)) {
            close();
        }
    }

    private void work() {
        int missed = work.getAndIncrement() == 0 ? 1 : 0;
        while (missed != 0) {
            if (isBroken) {
                refuseAll();
            } else {
                moveAll();
            }
            missed = work.addAndGet(-missed);
        }
    }

    private void refuseAll() {
        for (Chunk chunk = arriving.poll(); chunk != null; chunk = arriving.poll()) {
            chunk.done.error(new BrokenPipeException());
        }
        held.clear();
        FluxSink<byte[]> sink = reader;
        if (sink != null) {
            sink.complete();
        }
        drained.tryEmitEmpty();
    }

    private void moveAll() {
        boolean isMoving = true;
        // A reader that cancelled while it still had demand would take writes for ever.
        while (isMoving && !isBroken) {
            boolean isAdmitted = admit();
            isMoving = emit() || isAdmitted;
        }
        FluxSink<byte[]> sink = reader;
        if (!isBroken && sink != null && writers.get() == 0 && held.isEmpty() && arriving.isEmpty()) {
            sink.complete();
            drained.tryEmitEmpty();
        }
    }

    private boolean admit() {
        Chunk next = arriving.peek();
        boolean fits = next != null && (held.isEmpty() || heldBytes + next.bytes.length <= CAPACITY);
        Chunk admitted = fits ? arriving.poll() : null;
        if (admitted == null) {
            return false;
        }
        held.add(admitted);
        heldBytes += admitted.bytes.length;
        admitted.done.success();
        return true;
    }

    private boolean emit() {
        FluxSink<byte[]> sink = reader;
        Chunk next = sink == null || sink.requestedFromDownstream() == 0 ? null : held.poll();
        if (sink == null || next == null) {
            return false;
        }
        heldBytes -= next.bytes.length;
        sink.next(next.bytes);
        return true;
    }

    /** One write, equal to itself alone. */
    private static final class Chunk {
        private final byte[] bytes;
        private final MonoSink<Void> done;

        private Chunk(byte[] bytes, MonoSink<Void> done) {
            this.bytes = bytes;
            this.done = done;
        }
    }
}
