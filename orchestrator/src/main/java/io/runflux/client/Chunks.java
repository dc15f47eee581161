// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** What comes in pieces, put together or cut anew, up to a bound. */
final class Chunks {
    private static final int MAX_LINE_BYTES = 1 << 20;

    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private final int max;

    private Chunks(int max) {
        this.max = max;
    }

    /** Returns all of it, never empty. */
    static Mono<byte[]> join(ByteBufFlux content, int max) {
        return content.asByteArray()
                .reduceWith(() -> new Chunks(max), (all, piece) -> all.add(piece, 0, piece.length))
                .map(all -> all.open.toByteArray());
    }

    /** Returns the lines, without their ends. What is not ended is none, and dropped. */
    static Flux<String> lines(ByteBufFlux content) {
        return Flux.defer(() -> {
            Chunks cutter = new Chunks(MAX_LINE_BYTES);
            return content.asByteArray().concatMapIterable(cutter::cut, 1);
        });
    }

    private Chunks add(byte[] piece, int from, int to) {
        if (open.size() + (to - from) > max) {
            throw new UnreadableAnswerException("it has more than " + max + " bytes in one piece");
        }
        open.write(piece, from, to - from);
        return this;
    }

    private List<String> cut(byte[] piece) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < piece.length; at++) {
            if (piece[at] == '\n') {
                lines.add(add(piece, from, at).open.toString(StandardCharsets.UTF_8));
                open.reset();
                from = at + 1;
            }
        }
        add(piece, from, piece.length);
        return lines;
    }
}
