// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.async.ByteArrayFeeder;

/**
 * Finds the bounds of JSON objects in bytes that come in pieces, and sees at once what is no JSON. One splitter serves
 * one stream, and no two calls overlap. The parser is not closed: whoever cancels may do so while it reads.
 */
final class ObjectSplitter {
    private static final int FIRST_CAPACITY = 512;

    private final String type;
    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private final int maxBytes;

    private long fedBytes;
    private long count;
    private boolean isWithin;
    private byte[] begun = new byte[0];
    private int length;

    ObjectSplitter(String type, JsonParser parser, int maxBytes) {
        this.type = type;
        this.parser = parser;
        this.maxBytes = maxBytes;
        feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
    }

    /** Returns what to call a value in an error; the first has index 0. */
    static String name(String type, long index) {
        return type + " number " + (index + 1);
    }

    /** Returns the objects that end in the piece, each cut when it is asked for. Iterate once, and to the end. */
    Iterable<byte[]> split(byte[] piece) {
        return () -> new Cut(piece);
    }

    /** Checks that the bytes do not end within a value. */
    void end() {
        feeder.endOfInput();
        try {
            checkObject(parser.nextToken());
        } catch (JacksonException e) {
            throw refusal("the bytes end within it");
        }
    }

    private @Nullable JsonToken nextToken() {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw refusal("it is not JSON" + OciJson.where(e));
        }
    }

    private void checkObject(@Nullable JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            throw refusal("it is null, not an object");
        }
        if (token != null && token != JsonToken.START_OBJECT) {
            throw refusal("it is not an object");
        }
    }

    private void append(byte[] piece, int from, int to) {
        int needed = length + to - from;
        if (needed > maxBytes) {
            throw refusal("it must be at most " + maxBytes + " bytes");
        }
        if (needed > begun.length) {
            begun = Arrays.copyOf(begun, Math.max(needed, Math.max(FIRST_CAPACITY, Math.min(maxBytes, 2 * needed))));
        }
        System.arraycopy(piece, from, begun, length, to - from);
        length = needed;
    }

    private byte[] take() {
        byte[] text = Arrays.copyOf(begun, length);
        count++;
        length = 0;
        isWithin = false;
        return text;
    }

    private OciJsonException refusal(String why) {
        return new OciJsonException("cannot read " + name(type, count) + ": " + why, null);
    }

    /** The objects of one piece. */
    private final class Cut implements Iterator<byte[]> {
        private final byte[] piece;
        private int from;
        private byte @Nullable [] next;

        Cut(byte[] piece) {
            this.piece = piece;
            feeder.feedInput(piece, 0, piece.length);
            fedBytes += piece.length;
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                next = cut();
            }
            return next != null;
        }

        @Override
        public byte[] next() {
            byte[] text = next == null ? cut() : next;
            if (text == null) {
                throw new NoSuchElementException();
            }
            next = null;
            return text;
        }

        private byte @Nullable [] cut() {
            JsonToken token = nextToken();
            while (token != JsonToken.NOT_AVAILABLE) {
                if (!isWithin) {
                    begin(token);
                } else if (parser.streamReadContext().inRoot()) {
                    append(piece, from, position());
                    return take();
                }
                token = nextToken();
            }
            if (isWithin) {
                append(piece, from, piece.length);
            }
            return null;
        }

        private void begin(@Nullable JsonToken token) {
            checkObject(token);
            isWithin = true;
            from = position() - 1;
        }

        /** Returns how far the parser has come in the piece. */
        private int position() {
            return (int) (parser.currentLocation().getByteOffset() - (fedBytes - piece.length));
        }
    }
}
