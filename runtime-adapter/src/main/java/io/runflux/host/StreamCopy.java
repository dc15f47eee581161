// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What becomes of one stream: how much went through it, what went wrong, and the note of its end. */
final class StreamCopy {
    private final String file;
    private final @Nullable Logger log;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean isBegun;
    private volatile @Nullable Throwable error;

    StreamCopy(String file, @Nullable Logger log) {
        this.file = file;
        this.log = log;
    }

    @Nullable
    Throwable error() {
        return error;
    }

    /** Whether somebody has asked for the bytes. */
    boolean isBegun() {
        return isBegun;
    }

    long bytes() {
        return bytes.get();
    }

    /** Keeps the error of a source, before its process learns that nothing more comes and may end by that. */
    void failed(Throwable failure) {
        error = failure;
    }

    Flux<ByteBuf> count(Publisher<? extends ByteBuf> stream) {
        return Flux.<ByteBuf>from(stream)
                .doOnSubscribe(subscription -> isBegun = true)
                .doOnNext(buffer -> bytes.addAndGet(buffer.readableBytes()));
    }

    /** Keeps the error of a copy, which does not end the others: the process may still end well without this one. */
    Mono<Void> watch(Mono<Void> copy) {
        return copy.doOnError(this::failed).onErrorComplete().doOnSuccess(nothing -> note());
    }

    private void note() {
        if (log != null) {
            Throwable failure = error;
            log.atLevel(failure == null ? Level.DEBUG : Level.ERROR)
                    .addKeyValue("file", file)
                    .addKeyValue("bytes", bytes.get())
                    .setCause(failure)
                    .log("Cmd IO relay complete");
        }
    }
}
