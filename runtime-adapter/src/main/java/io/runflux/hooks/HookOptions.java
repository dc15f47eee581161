// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How to run a hook.
 *
 * @param workingDirectory where it runs, absolute; null for the directory of this JVM
 * @param stdout where its standard output goes
 * @param stderr where its standard error goes
 * @param timeout the caller's own limit, beside that of the hook; zero has passed at once, null is none
 * @param cancelWhen cancels the hook when it completes, fails or yields; each run subscribes to it once, at its
 *     beginning, and cancels that at its end
 * @param postKillTimeout how long to wait for the end after a kill; zero does not wait
 * @param killsGroup whether a kill reaches all of a process group of its own that the hook then runs in, or the process
 *     of the hook alone, which runs in this JVM's group; needs the native launcher, and Linux 6.9 to reach what a hook
 *     left behind that has exited itself
 */
public record HookOptions(
        @Nullable Path workingDirectory,
        HookOutput stdout,
        HookOutput stderr,
        @Nullable Duration timeout,
        Mono<?> cancelWhen,
        Duration postKillTimeout,
        boolean killsGroup) {
    /** The post-kill timeout of the defaults. */
    public static final Duration DEFAULT_POST_KILL_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration MAX_TIMEOUT = Duration.ofDays(365);
    private static final HookOptions DEFAULTS = new HookOptions(
            null, HookOutput.discard(), HookOutput.discard(), null, Mono.never(), DEFAULT_POST_KILL_TIMEOUT, false);

    /**
     * Checks the values.
     *
     * @param workingDirectory where it runs, absolute; null for the directory of this JVM
     * @param stdout where its standard output goes
     * @param stderr where its standard error goes
     * @param timeout the caller's own limit; zero has passed at once, null is none
     * @param cancelWhen cancels the hook
     * @param postKillTimeout how long to wait for the end after a kill
     * @param killsGroup whether a kill reaches the hook's whole process group
     * @throws IllegalArgumentException if the directory is relative, or a timeout is negative or longer than 365 days
     */
    public HookOptions {
        if (workingDirectory != null && !workingDirectory.isAbsolute()) {
            throw new IllegalArgumentException(
                    "the working directory of a hook must be an absolute path, was '" + workingDirectory + "'");
        }
        Objects.requireNonNull(stdout, "stdout");
        Objects.requireNonNull(stderr, "stderr");
        Objects.requireNonNull(cancelWhen, "cancelWhen");
        checkTimeout("timeout", timeout);
        checkTimeout("post-kill timeout", postKillTimeout);
    }

    private static void checkTimeout(String what, @Nullable Duration timeout) {
        if (timeout != null && (timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0)) {
            throw new IllegalArgumentException(
                    "the " + what + " of a hook must be from zero to 365 days, was " + timeout);
        }
    }

    /**
     * Returns this JVM's directory, no output, no limit beside the hook's, ten seconds after a kill, and only the
     * process itself killed.
     *
     * @return the defaults
     */
    public static HookOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another directory.
     *
     * @param value absolute, or null for the directory of this JVM
     * @return the options
     */
    public HookOptions withWorkingDirectory(@Nullable Path value) {
        return new HookOptions(value, stdout, stderr, timeout, cancelWhen, postKillTimeout, killsGroup);
    }

    /**
     * Returns these options with another place for standard output.
     *
     * @param value where it goes
     * @return the options
     */
    public HookOptions withStdout(HookOutput value) {
        return new HookOptions(workingDirectory, value, stderr, timeout, cancelWhen, postKillTimeout, killsGroup);
    }

    /**
     * Returns these options with another place for standard error.
     *
     * @param value where it goes
     * @return the options
     */
    public HookOptions withStderr(HookOutput value) {
        return new HookOptions(workingDirectory, stdout, value, timeout, cancelWhen, postKillTimeout, killsGroup);
    }

    /**
     * Returns these options with another limit of the caller.
     *
     * @param value zero has passed at once, null is none
     * @return the options
     */
    public HookOptions withTimeout(@Nullable Duration value) {
        return new HookOptions(workingDirectory, stdout, stderr, value, cancelWhen, postKillTimeout, killsGroup);
    }

    /**
     * Returns these options with another cancellation.
     *
     * @param value cancels the hook when it completes, fails or yields
     * @return the options
     */
    public HookOptions withCancelWhen(Mono<?> value) {
        return new HookOptions(workingDirectory, stdout, stderr, timeout, value, postKillTimeout, killsGroup);
    }

    /**
     * Returns these options with another post-kill timeout.
     *
     * @param value zero does not wait
     * @return the options
     */
    public HookOptions withPostKillTimeout(Duration value) {
        return new HookOptions(workingDirectory, stdout, stderr, timeout, cancelWhen, value, killsGroup);
    }

    /**
     * Returns these options with another reach of a kill.
     *
     * @param value whether the hook gets a process group of its own, all of which is killed
     * @return the options
     */
    public HookOptions withKillsGroup(boolean value) {
        return new HookOptions(workingDirectory, stdout, stderr, timeout, cancelWhen, postKillTimeout, value);
    }
}
