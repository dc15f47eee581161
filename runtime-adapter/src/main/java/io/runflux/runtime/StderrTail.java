// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.process.RunningProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import reactor.core.publisher.Mono;

/** Reads what a command writes to its standard error, and keeps the end of it. */
final class StderrTail {
    /** A hook of the container may hold the pipe. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private byte[] kept = new byte[0];

    /** Yields text, never empty, and never an error: it is read to explain one. */
    static Mono<String> read(RunningProcess ended) {
        return Mono.defer(() -> new StderrTail().readFrom(ended));
    }

    private Mono<String> readFrom(RunningProcess ended) {
        return ended.stderr()
                .doOnNext(this::add)
                .then()
                .timeout(MAX_WAIT, Mono.empty())
                .onErrorComplete()
                .then(Mono.fromSupplier(this::text));
    }

    /** Reads on until the end, or a second after the process has ended. */
    Mono<Void> follow(RunningProcess running) {
        return running.stderr()
                .doOnNext(this::add)
                .takeUntilOther(running.exit().delayElement(MAX_WAIT))
                .onErrorComplete()
                .then();
    }

    private synchronized void add(ByteBuf buffer) {
        int before = kept.length;
        byte[] all = Arrays.copyOf(kept, before + buffer.readableBytes());
        buffer.getBytes(buffer.readerIndex(), all, before, buffer.readableBytes());
        kept = Arrays.copyOfRange(all, Math.max(0, all.length - FailedCommand.MAX_STDERR), all.length);
    }

    synchronized String text() {
        return new String(kept, StandardCharsets.UTF_8);
    }
}
