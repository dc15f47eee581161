// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to run a further process in a container.
 *
 * @param stdio where the standard streams of the process are connected
 * @param parentDeathSignal what the process of the host runtime, or the command of another that stands for it, gets
 *     when this JVM dies, or null for nothing
 * @param extraArguments further arguments of the command, before the id; they are not checked, and the host runtime
 *     knows none
 */
public record ExecOptions(ContainerStdio stdio, @Nullable Signal parentDeathSignal, List<String> extraArguments) {
    /**
     * Checks and copies the values.
     *
     * @param stdio where the standard streams of the process are connected
     * @param parentDeathSignal what the process gets when this JVM dies, or null for nothing
     * @param extraArguments further arguments of the command
     */
    public ExecOptions {
        extraArguments = List.copyOf(extraArguments);
    }

    /**
     * Returns the defaults: the null device for all streams, no signal.
     *
     * @return the defaults
     */
    public static ExecOptions defaults() {
        return new ExecOptions(ContainerStdio.nullDevice(), null, List.of());
    }

    /**
     * Returns these options with another set of streams.
     *
     * @param value where the standard streams of the process are connected
     * @return the options
     */
    public ExecOptions withStdio(ContainerStdio value) {
        return new ExecOptions(value, parentDeathSignal, extraArguments);
    }

    /**
     * Returns these options with another signal.
     *
     * @param value what the process gets when this JVM dies, or null for nothing
     * @return the options
     */
    public ExecOptions withParentDeathSignal(@Nullable Signal value) {
        return new ExecOptions(stdio, value, extraArguments);
    }

    /**
     * Returns these options with another list of further arguments.
     *
     * @param value further arguments of the command
     * @return the options
     */
    public ExecOptions withExtraArguments(List<String> value) {
        return new ExecOptions(stdio, parentDeathSignal, value);
    }
}
