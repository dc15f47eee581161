// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.process.StdinClosedException;
import io.runflux.runtime.ContainerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;

/** Copies between the pipes of a container and blocking streams, with a few buffers at most in between. */
final class StreamCopies {
    private static final int BUFFERS = 8;
    private static final int INPUT_BYTES = 16 * 1024;
    private static final int THREADS = 1024;
    private static final int WAITING = 1024;
    private static final int IDLE_SECONDS = 60;

    /** What the caller's streams block may be for ever; it must not be the threads that start and delete containers. */
    private static final Scheduler STREAMS =
            Schedulers.newBoundedElastic(THREADS, WAITING, "runflux-streams", IDLE_SECONDS, true);

    private StreamCopies() {}

    static Mono<Void> copyOutput(ContainerProcess process, OutputStream output, OutputStream errors) {
        return Mono.when(copy(process.stdout(), output), copy(process.stderr(), errors));
    }

    /** Input ends with the output at the latest, and a container that does not want it is no error. */
    static Mono<Void> copyAll(ContainerProcess process, InputStream input, OutputStream output, OutputStream errors) {
        Mono<Void> sent = process.send(read(input)).onErrorComplete(StdinClosedException.class);
        return untilFirst(copyOutput(process, output, errors), sent);
    }

    /** Completes with the work, and cancels what goes on beside it. */
    static Mono<Void> untilFirst(Mono<Void> work, Mono<Void> beside) {
        return Flux.merge(work.thenReturn(true), beside.then(Mono.<Boolean>empty()))
                .next()
                .then();
    }

    private static Mono<Void> copy(ByteBufFlux stream, OutputStream target) {
        return stream.retain()
                .concatMap(buffer -> uninterrupted(() -> write(buffer, target)).<Void>dematerialize(), BUFFERS)
                .doOnDiscard(ByteBuf.class, ByteBuf::release)
                .then();
    }

    private static Flux<ByteBuf> read(InputStream input) {
        return uninterrupted(() -> readOnce(input)).repeat().dematerialize();
    }

    /**
     * Does something that may block for ever. Cancelling leaves it to itself: a thread that is stuck is not given back
     * to the pool, where it would be the next to be handed out.
     */
    private static <T> Mono<Signal<T>> uninterrupted(Supplier<Signal<T>> work) {
        return Mono.create(sink -> STREAMS.schedule(() -> sink.success(work.get())));
    }

    private static Signal<Void> write(ByteBuf buffer, OutputStream target) {
        try {
            buffer.readBytes(target, buffer.readableBytes());
            target.flush();
            return Signal.complete();
        } catch (IOException e) {
            String message = "the output of the container could not be written: " + e.getMessage();
            return Signal.error(new UncheckedIOException(message, e));
        } finally {
            buffer.release();
        }
    }

    private static Signal<ByteBuf> readOnce(InputStream input) {
        try {
            byte[] bytes = new byte[INPUT_BYTES];
            int count = input.read(bytes);
            return count < 0 ? Signal.complete() : Signal.next(Unpooled.wrappedBuffer(bytes, 0, count));
        } catch (IOException e) {
            String message = "the input of the container could not be read: " + e.getMessage();
            return Signal.error(new UncheckedIOException(message, e));
        }
    }
}
