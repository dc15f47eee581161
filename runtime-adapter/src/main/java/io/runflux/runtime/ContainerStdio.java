// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the standard streams of a container's process are connected.
 *
 * @param stdin standard input
 * @param stdout standard output
 * @param stderr standard error
 * @param terminal the size of a terminal that takes the place of all three, or null for none; what is written to it is
 *     {@link ContainerProcess#stdout()}
 */
public record ContainerStdio(
        Stdio stdin, Stdio stdout, Stdio stderr, @Nullable TerminalSize terminal) {
    private static final int FIRST_FURTHER_DESCRIPTOR = 3;

    /**
     * Checks the values.
     *
     * @param stdin standard input
     * @param stdout standard output
     * @param stderr standard error
     * @param terminal the size of a terminal that takes the place of all three, or null for none
     * @throws IllegalArgumentException if there is a terminal and a stream that is not the null device
     */
    public ContainerStdio {
        boolean isUnconnected = Stream.of(stdin, stdout, stderr).allMatch(stream -> stream == Stdio.nullDevice());
        if (terminal != null && !isUnconnected) {
            throw new IllegalArgumentException("a terminal takes the place of all streams, so none can be connected");
        }
    }

    /**
     * Connects the streams without a terminal.
     *
     * @param stdin standard input
     * @param stdout standard output
     * @param stderr standard error
     */
    public ContainerStdio(Stdio stdin, Stdio stdout, Stdio stderr) {
        this(stdin, stdout, stderr, null);
    }

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

    /**
     * Returns a terminal in place of all three. The process must ask for one, too, by {@code process.terminal} of the
     * bundle's configuration; of a process to execute it is set.
     *
     * @param size how large it is to begin with
     * @return the streams
     */
    public static ContainerStdio terminal(TerminalSize size) {
        return new ContainerStdio(Stdio.nullDevice(), Stdio.nullDevice(), Stdio.nullDevice(), size);
    }

    ProcessSpec.Builder applyTo(ProcessSpec.Builder spec) {
        return spec.stdin(stdin).stdout(stdout).stderr(stderr);
    }

    static List<Stdio> checkDescriptors(List<Stdio> descriptors) {
        if (descriptors.contains(Stdio.pipe())) {
            throw new IllegalArgumentException("a descriptor beyond the standard streams must not be a pipe");
        }
        return List.copyOf(descriptors);
    }

    static void addDescriptors(ProcessSpec.Builder spec, List<Stdio> descriptors) {
        for (int i = 0; i < descriptors.size(); i++) {
            spec.descriptor(FIRST_FURTHER_DESCRIPTOR + i, descriptors.get(i));
        }
    }
}
