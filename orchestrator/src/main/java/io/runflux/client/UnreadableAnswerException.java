// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

/**
 * The server has answered with something that is no such answer, or is too long. What was asked for may have been done.
 * To ask again does not help: most likely the address is that of something else, or of a server of another version.
 */
public final class UnreadableAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** There is no cause, since that could repeat what was answered. */
    UnreadableAnswerException(String why) {
        super("the server's answer cannot be read: " + why, null, true, false);
    }
}
