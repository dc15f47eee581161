// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.Locale;

/** Which of the two outputs of a process. */
public enum LogStream {
    /** Standard output. */
    STDOUT,
    /** Standard error. */
    STDERR;

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
