// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.NotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * Which streams of a process are carried; the others are the null device.
 *
 * @param stdin whether input is
 * @param stdout whether output is
 * @param stderr whether errors are
 * @param terminal how large its terminal is to begin with, which takes the place of all three, or null for none
 */
public record StreamSettings(
        boolean stdin,
        boolean stdout,
        boolean stderr,
        @Nullable TerminalSize terminal) {
    /**
     * Returns these connections as settings.
     *
     * @param stdio pipes, the null device, or a terminal
     * @return the settings
     * @throws NotSupportedException if something else is connected, which is at this end alone
     */
    public static StreamSettings of(ContainerStdio stdio) {
        return new StreamSettings(
                isCarried("standard input from", stdio.stdin()),
                isCarried("standard output to", stdio.stdout()),
                isCarried("standard error to", stdio.stderr()),
                stdio.terminal());
    }

    private static boolean isCarried(String stream, Stdio stdio) {
        if (stdio != Stdio.pipe() && stdio != Stdio.nullDevice()) {
            throw new NotSupportedException(stream + " a file or a descriptor", "a connection to an orchestrator");
        }
        return stdio == Stdio.pipe();
    }

    /**
     * Returns these settings as connections.
     *
     * @return pipes, the null device, or a terminal
     * @throws IllegalArgumentException if there are a terminal and streams
     */
    public ContainerStdio toStdio() {
        return new ContainerStdio(toStdio(stdin), toStdio(stdout), toStdio(stderr), terminal);
    }

    private static Stdio toStdio(boolean isCarried) {
        return isCarried ? Stdio.pipe() : Stdio.nullDevice();
    }
}
