// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

/** What makes runc end with an exit code and a message. */
final class RuncFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How it exits. */
    private final int exitCode;

    /** Whether no command adds to it. */
    private final boolean isWhole;

    RuncFailure(String message) {
        super(message);
        exitCode = 1;
        isWhole = false;
    }

    /** Creates one to which no command adds. */
    RuncFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
        isWhole = true;
    }

    /** Returns what a command makes of it, with its own words before it. */
    RuncFailure prefixed(String words, int code) {
        return isWhole ? this : new RuncFailure(code, words + getMessage());
    }

    int exitCode() {
        return exitCode;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
