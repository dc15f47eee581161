// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** One output that has come and is not read yet. It is full at what a pipe holds, and takes one message beyond. */
final class OutputPipe {
    static final int CAPACITY = 64 * 1024;

    private final Sinks.Many<ByteBuf> sink = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicLong waiting = new AtomicLong();
    private final Runnable whenRead;
    private volatile boolean isDropped;

    OutputPipe(Runnable whenRead) {
        this.whenRead = whenRead;
    }

    /** Takes bytes on the heap, which nobody has to free. What nobody wants is dropped. */
    void add(byte[] bytes) {
        if (isDropped) {
            return;
        }
        waiting.addAndGet(bytes.length);
        if (sink.tryEmitNext(Unpooled.wrappedBuffer(bytes)).isFailure()) {
            taken(bytes.length);
        }
    }

    boolean isFull() {
        return !isDropped && waiting.get() >= CAPACITY;
    }

    ByteBufFlux read() {
        return ByteBufFlux.fromInbound(
                sink.asFlux().doOnNext(bytes -> taken(bytes.readableBytes())).doOnCancel(this::drop));
    }

    private void taken(int count) {
        waiting.addAndGet(-count);
        whenRead.run();
    }

    /** Never waits for a reader again. */
    void drop() {
        isDropped = true;
        whenRead.run();
    }

    void end() {
        sink.tryEmitComplete();
    }
}
