// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

/** The numbers of the protocol. */
final class Frames {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 5;
    static final int LENGTH_OFFSET = 1;
    static final int MAX_CONTENT_BYTES = 64 * 1024;

    static final int HELLO = 1;
    static final int OUTPUT = 2;
    static final int ERRORS = 3;
    static final int EXIT = 4;
    static final int REFUSAL = 5;
    static final int INPUT = 16;
    static final int SIZE = 17;

    static final int HAS_TERMINAL = 1;
    static final int TAKES_INPUT = 2;

    private Frames() {}
}
