// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to create or run a container.
 *
 * @param stdio where the standard streams of the process are connected
 * @param detached whether {@link OciRuntime#run} and {@link OciRuntime#restore} complete when the program was started,
 *     and leave the container for its owner to delete; creating always does
 * @param noPivot whether to change the root without pivot_root(2), as on a root in memory
 * @param noNewKeyring whether the container keeps the session keyring of the runtime
 * @param descriptors what the process gets as its descriptors 3, 4 and so on: files, the null device or descriptors of
 *     ours
 * @param userLog a file that runsc tells the user of the container what is not supported in, absolute, or null
 * @param parentDeathSignal what an attached process, or any of the host runtime, gets when this JVM dies, or null for
 *     nothing; a created container of another runtime is left alone
 * @param commandPrefix a command, its first element an absolute path, that the command of the runtime is appended to:
 *     to run it in other namespaces, for one; it comes after that of {@link RuntimeConfig.Builder#commandPrefix}; empty
 *     for none; the host runtime knows none
 * @param extraArguments further arguments of the command, before the id; they are not checked, and the host runtime
 *     knows none
 */
public record CreateOptions(
        ContainerStdio stdio,
        boolean detached,
        boolean noPivot,
        boolean noNewKeyring,
        List<Stdio> descriptors,
        @Nullable Path userLog,
        @Nullable Signal parentDeathSignal,
        List<String> commandPrefix,
        List<String> extraArguments) {
    /**
     * Checks and copies the values.
     *
     * @param stdio where the standard streams of the process are connected
     * @param detached whether {@link OciRuntime#run} and {@link OciRuntime#restore} complete when the program was
     *     started, and leave the container for its owner to delete; creating always does
     * @param noPivot whether to change the root without pivot_root(2), as on a root in memory
     * @param noNewKeyring whether the container keeps the session keyring of the runtime
     * @param descriptors what the process gets as its descriptors 3, 4 and so on: files, the null device or descriptors
     *     of ours
     * @param userLog a file that runsc tells the user of the container what is not supported in, absolute, or null
     * @param parentDeathSignal what an attached process, or any of the host runtime, gets when this JVM dies, or null
     *     for nothing; a created container of another runtime is left alone
     * @param commandPrefix a command, its first element an absolute path, that the command of the runtime is appended
     *     to: to run it in other namespaces, for one; it comes after that of
     *     {@link RuntimeConfig.Builder#commandPrefix}; empty for none; the host runtime knows none
     * @param extraArguments further arguments of the command, before the id; they are not checked, and the host runtime
     *     knows none
     * @throws IllegalArgumentException if the command prefix does not begin with an absolute path, the user log is
     *     relative, or a further descriptor is a pipe
     */
    public CreateOptions {
        descriptors = ContainerStdio.checkDescriptors(descriptors);
        commandPrefix = Paths.checkPrefix(commandPrefix);
        extraArguments = List.copyOf(extraArguments);
        if (userLog != null) {
            Paths.checkAbsolute("user log", userLog);
        }
    }

    /**
     * Returns the defaults: the null device for all streams, everything else off.
     *
     * @return the defaults
     */
    public static CreateOptions defaults() {
        return new CreateOptions(
                ContainerStdio.nullDevice(), false, false, false, List.of(), null, null, List.of(), List.of());
    }

    /**
     * Returns these options with another set of streams.
     *
     * @param value where the standard streams of the process are connected
     * @return the options
     */
    public CreateOptions withStdio(ContainerStdio value) {
        return new CreateOptions(
                value,
                detached,
                noPivot,
                noNewKeyring,
                descriptors,
                userLog,
                parentDeathSignal,
                commandPrefix,
                extraArguments);
    }

    /**
     * Returns these options with another answer to whether they are detached.
     *
     * @param value whether {@link OciRuntime#run} and {@link OciRuntime#restore} complete when the program was started,
     *     and leave the container for its owner to delete; creating always does
     * @return the options
     */
    public CreateOptions withDetached(boolean value) {
        return new CreateOptions(
                stdio,
                value,
                noPivot,
                noNewKeyring,
                descriptors,
                userLog,
                parentDeathSignal,
                commandPrefix,
                extraArguments);
    }

    /**
     * Returns these options with another answer to whether pivot_root is avoided.
     *
     * @param value whether to change the root without pivot_root(2), as on a root in memory
     * @return the options
     */
    public CreateOptions withNoPivot(boolean value) {
        return new CreateOptions(
                stdio,
                detached,
                value,
                noNewKeyring,
                descriptors,
                userLog,
                parentDeathSignal,
                commandPrefix,
                extraArguments);
    }

    /**
     * Returns these options with another answer to whether the keyring is kept.
     *
     * @param value whether the container keeps the session keyring of the runtime
     * @return the options
     */
    public CreateOptions withNoNewKeyring(boolean value) {
        return new CreateOptions(
                stdio,
                detached,
                noPivot,
                value,
                descriptors,
                userLog,
                parentDeathSignal,
                commandPrefix,
                extraArguments);
    }

    /**
     * Returns these options with other further descriptors.
     *
     * @param value what the process gets as its descriptors 3, 4 and so on: files, the null device or descriptors of
     *     ours
     * @return the options
     */
    public CreateOptions withDescriptors(List<Stdio> value) {
        return new CreateOptions(
                stdio,
                detached,
                noPivot,
                noNewKeyring,
                value,
                userLog,
                parentDeathSignal,
                commandPrefix,
                extraArguments);
    }

    /**
     * Returns these options with another log.
     *
     * @param value a file that runsc tells the user of the container what is not supported in, absolute, or null
     * @return the options
     */
    public CreateOptions withUserLog(@Nullable Path value) {
        return new CreateOptions(
                stdio,
                detached,
                noPivot,
                noNewKeyring,
                descriptors,
                value,
                parentDeathSignal,
                commandPrefix,
                extraArguments);
    }

    /**
     * Returns these options with another signal.
     *
     * @param value what an attached process, or any of the host runtime, gets when this JVM dies, or null for nothing;
     *     a created container of another runtime is left alone
     * @return the options
     */
    public CreateOptions withParentDeathSignal(@Nullable Signal value) {
        return new CreateOptions(
                stdio, detached, noPivot, noNewKeyring, descriptors, userLog, value, commandPrefix, extraArguments);
    }

    /**
     * Returns these options with another prefix.
     *
     * @param value a command, its first element an absolute path, that the command of the runtime is appended to: to
     *     run it in other namespaces, for one; empty for none; the host runtime knows none
     * @return the options
     */
    public CreateOptions withCommandPrefix(List<String> value) {
        return new CreateOptions(
                stdio, detached, noPivot, noNewKeyring, descriptors, userLog, parentDeathSignal, value, extraArguments);
    }

    /**
     * Returns these options with another list of further arguments.
     *
     * @param value further arguments of the command, before the id; they are not checked, and the host runtime knows
     *     none
     * @return the options
     */
    public CreateOptions withExtraArguments(List<String> value) {
        return new CreateOptions(
                stdio, detached, noPivot, noNewKeyring, descriptors, userLog, parentDeathSignal, commandPrefix, value);
    }
}
