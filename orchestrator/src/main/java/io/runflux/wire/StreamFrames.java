// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

/**
 * The messages of a stream of a process over a WebSocket. The first is a text with the request; all others are binary,
 * and their first byte says what the rest is.
 */
public final class StreamFrames {
    /** The name of this protocol. */
    public static final String SUBPROTOCOL = "runflux.v1";

    /** Bytes of input, or none for its end. To the server. */
    public static final int STDIN = 0;

    /** Bytes of output. To the client. */
    public static final int STDOUT = 1;

    /** Bytes of errors. To the client. */
    public static final int STDERR = 2;

    /** How it ended, as JSON: the last message. To the client. */
    public static final int ENDING = 3;

    /** The new size of the terminal, as the JSON of {@link io.runflux.process.TerminalSize}. To the server. */
    public static final int SIZE = 4;

    /**
     * The client does nothing more with the streams: nothing if it is done, or a text with what failed, which ends what
     * was begun. The ending still follows. To the server.
     */
    public static final int DONE = 5;

    /** How long a message of bytes is at most, with its first byte. */
    public static final int MAX_BYTES = 65_536;

    /** How long a message with the request or the ending is at most. */
    public static final int MAX_JSON_BYTES = 1 << 20;

    private StreamFrames() {}
}
