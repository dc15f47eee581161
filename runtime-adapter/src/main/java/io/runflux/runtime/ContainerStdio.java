// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;

/**
 * Where the standard streams of a container's process are connected.
 *
 * @param stdin standard input
 * @param stdout standard output
 * @param stderr standard error
 */
public record ContainerStdio(Stdio stdin, Stdio stdout, Stdio stderr) {
    /**
     * Returns the null device for all three.
     *
     * @return the streams
     */
    public static ContainerStdio nullDevice() {
        return new ContainerStdio(Stdio.nullDevice(), Stdio.nullDevice(), Stdio.nullDevice());
    }

    /**
     * Returns pipes for output and errors, and the null device for input.
     *
     * @return the streams
     */
    public static ContainerStdio outputPipes() {
        return new ContainerStdio(Stdio.nullDevice(), Stdio.pipe(), Stdio.pipe());
    }

    /**
     * Returns pipes for all three. Input that nobody sends stays open.
     *
     * @return the streams
     */
    public static ContainerStdio pipes() {
        return new ContainerStdio(Stdio.pipe(), Stdio.pipe(), Stdio.pipe());
    }

    ProcessSpec.Builder applyTo(ProcessSpec.Builder spec) {
        return spec.stdin(stdin).stdout(stdout).stderr(stderr);
    }
}
