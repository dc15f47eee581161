// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.process.TerminalSize;
import io.runflux.stdio.StdioUri;
import org.jspecify.annotations.Nullable;

/**
 * How the streams of a container are connected that goes on by itself. Its output is always read, so that it never
 * waits for somebody to attach; what is not written to a log, and nobody is attached for, is dropped.
 *
 * @param takesInput whether it has standard input, for those who attach, which stays open until the container ends;
 *     else that is the null device
 * @param terminal the size of a terminal that takes the place of all streams, and always takes input, or null for none
 * @param log where output is written, on the machine of the container, or null for nowhere; it must be allowed there,
 *     see {@link OrchestratorBuilder#logs}. A log that waits for what it is written to has the container wait for it
 */
public record LaunchStreams(
        boolean takesInput,
        @Nullable TerminalSize terminal,
        @Nullable StdioUri log) {
    /**
     * Returns no input, no terminal and no log.
     *
     * @return the streams
     */
    public static LaunchStreams none() {
        return new LaunchStreams(false, null, null);
    }

    /**
     * Returns these streams with or without input.
     *
     * @param value whether it has standard input
     * @return the streams
     */
    public LaunchStreams withInput(boolean value) {
        return new LaunchStreams(value, terminal, log);
    }

    /**
     * Returns these streams on a terminal or not.
     *
     * @param value how large it is to begin with, or null for no terminal
     * @return the streams
     */
    public LaunchStreams withTerminal(@Nullable TerminalSize value) {
        return new LaunchStreams(takesInput, value, log);
    }

    /**
     * Returns these streams with another log.
     *
     * @param value where output is written, or null for nowhere
     * @return the streams
     */
    public LaunchStreams withLog(@Nullable StdioUri value) {
        return new LaunchStreams(takesInput, terminal, value);
    }
}
