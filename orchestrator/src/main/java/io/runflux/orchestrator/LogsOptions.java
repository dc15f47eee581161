// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.stdio.LogStart;
import java.util.Objects;

/**
 * What to read of a log.
 *
 * @param start where to begin
 * @param follow whether to go on until the container has ended
 */
public record LogsOptions(LogStart start, boolean follow) {
    /**
     * Checks the values.
     *
     * @param start where to begin
     * @param follow whether to go on until the container has ended
     */
    public LogsOptions {
        Objects.requireNonNull(start, "start");
    }

    /**
     * Returns all that is there now.
     *
     * @return the defaults
     */
    public static LogsOptions defaults() {
        return new LogsOptions(LogStart.beginning(), false);
    }

    /**
     * Returns these options with another beginning.
     *
     * @param value where to begin
     * @return the options
     */
    public LogsOptions withStart(LogStart value) {
        return new LogsOptions(value, follow);
    }

    /**
     * Returns these options with another answer to whether to go on.
     *
     * @param value whether to go on until the container has ended
     * @return the options
     */
    public LogsOptions withFollow(boolean value) {
        return new LogsOptions(start, value);
    }
}
