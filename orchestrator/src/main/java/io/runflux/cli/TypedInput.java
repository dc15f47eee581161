// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Input that ends with the keys to leave, and says so when all before them is read. Confined to its reader. */
final class TypedInput extends InputStream {
    private final InputStream input;
    private final DetachKeys keys;
    private final byte[] typed = new byte[16 * 1024];
    private final Sinks.Empty<Void> left = Sinks.empty();
    private InputStream passed = InputStream.nullInputStream();
    private boolean isLeaving;

    TypedInput(InputStream input, DetachKeys keys) {
        this.input = input;
        this.keys = keys;
    }

    /** Completes when the keys were typed. */
    Mono<Void> left() {
        return left.asMono();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        while (passed.available() == 0 && length > 0) {
            int count = isLeaving ? -1 : input.read(typed);
            if (count < 0) {
                return end();
            }
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            isLeaving = keys.scan(typed, count, kept);
            passed = new ByteArrayInputStream(kept.toByteArray());
        }
        return length == 0 ? 0 : passed.read(target, offset, length);
    }

    private int end() {
        if (isLeaving) {
            left.tryEmitEmpty();
        }
        return -1;
    }
}
