// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.Locale;

/** Which of the two outputs of a process. */
public enum LogStream {
    /** Standard output. */
    STDOUT,
    /** Standard error. */
    STDERR;

    /** What stands in a log in place of bytes that were lost, on a line of its own. */
    String lossMark(long bytes) {
        return "[runflux] " + bytes + " bytes of " + this + " were lost\n";
    }

    /**
     * Returns the name that logs have for it.
     *
     * @return {@code stdout} or {@code stderr}
     */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
