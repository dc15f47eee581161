// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to create or run a container.
 *
 * @param stdio where the standard streams of the process are connected
 * @param noPivot whether to change the root without pivot_root(2), as on a root in memory
 * @param noNewKeyring whether the container keeps the session keyring of the runtime
 * @param parentDeathSignal what an attached process, or any of the host runtime, gets when this JVM dies, or null for
 *     nothing; a created container of another runtime is left alone
 * @param commandPrefix a command, its first element an absolute path, that the command of the runtime is appended to:
 *     to run it in other namespaces, for one; empty for none; the host runtime knows none
 * @param extraArguments further arguments of the command, before the id; they are not checked, and the host runtime
 *     knows none
 */
public record CreateOptions(
        ContainerStdio stdio,
        boolean noPivot,
        boolean noNewKeyring,
        @Nullable Signal parentDeathSignal,
        List<String> commandPrefix,
        List<String> extraArguments) {
    /**
     * Checks and copies the values.
     *
     * @param stdio where the standard streams of the process are connected
     * @param noPivot whether to change the root without pivot_root(2), as on a root in memory
     * @param noNewKeyring whether the container keeps the session keyring of the runtime
     * @param parentDeathSignal what the process gets when this JVM dies, or null for nothing
     * @param commandPrefix a command that the command of the runtime is appended to, or empty
     * @param extraArguments further arguments of the command
     * @throws IllegalArgumentException if the command prefix does not begin with an absolute path
     */
    public CreateOptions {
        commandPrefix = List.copyOf(commandPrefix);
        extraArguments = List.copyOf(extraArguments);
        if (!commandPrefix.isEmpty() && !commandPrefix.get(0).startsWith("/")) {
            throw new IllegalArgumentException(
                    "command prefix must begin with an absolute path, was '" + commandPrefix.get(0) + "'");
        }
    }

    /**
     * Returns the defaults: the null device for all streams, everything else off.
     *
     * @return the defaults
     */
    public static CreateOptions defaults() {
        return new CreateOptions(ContainerStdio.nullDevice(), false, false, null, List.of(), List.of());
    }

    /**
     * Returns these options with another set of streams.
     *
     * @param value where the standard streams of the process are connected
     * @return the options
     */
    public CreateOptions withStdio(ContainerStdio value) {
        return new CreateOptions(value, noPivot, noNewKeyring, parentDeathSignal, commandPrefix, extraArguments);
    }

    /**
     * Returns these options with another answer to whether pivot_root is avoided.
     *
     * @param value whether to change the root without pivot_root(2), as on a root in memory
     * @return the options
     */
    public CreateOptions withNoPivot(boolean value) {
        return new CreateOptions(stdio, value, noNewKeyring, parentDeathSignal, commandPrefix, extraArguments);
    }

    /**
     * Returns these options with another answer to whether the keyring is kept.
     *
     * @param value whether the container keeps the session keyring of the runtime
     * @return the options
     */
    public CreateOptions withNoNewKeyring(boolean value) {
        return new CreateOptions(stdio, noPivot, value, parentDeathSignal, commandPrefix, extraArguments);
    }

    /**
     * Returns these options with another signal.
     *
     * @param value what the process gets when this JVM dies, or null for nothing
     * @return the options
     */
    public CreateOptions withParentDeathSignal(@Nullable Signal value) {
        return new CreateOptions(stdio, noPivot, noNewKeyring, value, commandPrefix, extraArguments);
    }

    /**
     * Returns these options with another prefix.
     *
     * @param value a command that the command of the runtime is appended to, or empty
     * @return the options
     */
    public CreateOptions withCommandPrefix(List<String> value) {
        return new CreateOptions(stdio, noPivot, noNewKeyring, parentDeathSignal, value, extraArguments);
    }

    /**
     * Returns these options with another list of further arguments.
     *
     * @param value further arguments of the command
     * @return the options
     */
    public CreateOptions withExtraArguments(List<String> value) {
        return new CreateOptions(stdio, noPivot, noNewKeyring, parentDeathSignal, commandPrefix, value);
    }
}
