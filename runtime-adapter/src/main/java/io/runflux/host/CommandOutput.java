// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import java.nio.charset.StandardCharsets;

/** What a command wrote to its standard output. */
public final class CommandOutput {
    private final ExitState exitState;
    private final byte[] bytes;
    private final boolean isTruncated;

    CommandOutput(ExitState exitState, byte[] bytes, boolean isTruncated) {
        this.exitState = exitState;
        this.bytes = bytes;
        this.isTruncated = isTruncated;
    }

    /**
     * Returns how the command ended.
     *
     * @return the state
     */
    public ExitState exitState() {
        return exitState;
    }

    /**
     * Returns what it wrote.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Returns what it wrote as text in UTF-8.
     *
     * @return the text
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Says whether it wrote more than was kept.
     *
     * @return true if the rest was dropped
     */
    public boolean isTruncated() {
        return isTruncated;
    }

    /** Counts: output may hold secrets. */
    @Override
    public String toString() {
        return "CommandOutput[" + bytes.length + " bytes" + (isTruncated ? ", truncated" : "") + "]";
    }
}
