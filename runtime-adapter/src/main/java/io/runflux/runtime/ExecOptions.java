// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import io.runflux.process.Stdio;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to run a further process in a container.
 *
 * @param stdio where the standard streams of the process are connected
 * @param detached whether to complete when the program was started, and not to stay attached
 * @param descriptors what the process gets as its descriptors 3, 4 and so on: files, the null device or descriptors of
 *     ours
 * @param parentDeathSignal what the process of the host runtime, or the command of another that stands for it, gets
 *     when this JVM dies, or null for nothing
 * @param extraArguments further arguments of the command, before the id; they are not checked, and the host runtime
 *     knows none
 */
public record ExecOptions(
        ContainerStdio stdio,
        boolean detached,
        List<Stdio> descriptors,
        @Nullable Signal parentDeathSignal,
        List<String> extraArguments) {
    /**
     * Checks and copies the values.
     *
     * @param stdio where the standard streams of the process are connected
     * @param detached whether to complete when the program was started, and not to stay attached
     * @param descriptors what the process gets as its descriptors 3, 4 and so on: files, the null device or descriptors
     *     of ours
     * @param parentDeathSignal what the process of the host runtime, or the command of another that stands for it, gets
     *     when this JVM dies, or null for nothing
     * @param extraArguments further arguments of the command, before the id; they are not checked, and the host runtime
     *     knows none
     * @throws IllegalArgumentException if a further descriptor is a pipe
     */
    public ExecOptions {
        descriptors = ContainerStdio.checkDescriptors(descriptors);
        extraArguments = List.copyOf(extraArguments);
    }

    /**
     * Returns the defaults: attached, the null device for all streams, no signal.
     *
     * @return the defaults
     */
    public static ExecOptions defaults() {
        return new ExecOptions(ContainerStdio.nullDevice(), false, List.of(), null, List.of());
    }

    /**
     * Returns these options with another set of streams.
     *
     * @param value where the standard streams of the process are connected
     * @return the options
     */
    public ExecOptions withStdio(ContainerStdio value) {
        return new ExecOptions(value, detached, descriptors, parentDeathSignal, extraArguments);
    }

    /**
     * Returns these options with another answer to whether it is detached.
     *
     * @param value whether to complete when the program was started, and not to stay attached
     * @return the options
     */
    public ExecOptions withDetached(boolean value) {
        return new ExecOptions(stdio, value, descriptors, parentDeathSignal, extraArguments);
    }

    /**
     * Returns these options with other further descriptors.
     *
     * @param value what the process gets as its descriptors 3, 4 and so on: files, the null device or descriptors of
     *     ours
     * @return the options
     */
    public ExecOptions withDescriptors(List<Stdio> value) {
        return new ExecOptions(stdio, detached, value, parentDeathSignal, extraArguments);
    }

    /**
     * Returns these options with another signal.
     *
     * @param value what the process of the host runtime, or the command of another that stands for it, gets when this
     *     JVM dies, or null for nothing
     * @return the options
     */
    public ExecOptions withParentDeathSignal(@Nullable Signal value) {
        return new ExecOptions(stdio, detached, descriptors, value, extraArguments);
    }

    /**
     * Returns these options with another list of further arguments.
     *
     * @param value further arguments of the command, before the id; they are not checked, and the host runtime knows
     *     none
     * @return the options
     */
    public ExecOptions withExtraArguments(List<String> value) {
        return new ExecOptions(stdio, detached, descriptors, parentDeathSignal, value);
    }
}
