// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Root of what can go wrong with an OCI runtime. How the process of a container ends is never one of these.
 *
 * <p>Where a command of a runtime failed, the error carries it: what was called, how it ended, and its last words.
 */
public abstract class OciRuntimeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The command that failed, or null if none did. */
    private final transient @Nullable FailedCommand failed;
    /** The message without the command. */
    private final String summary;

    /**
     * Creates an error.
     *
     * @param message what failed, and why
     * @param failed the command that failed, or null if none did
     * @param cause what caused it, or null
     */
    protected OciRuntimeException(String message, @Nullable FailedCommand failed, @Nullable Throwable cause) {
        super(failed == null ? message : message + ": " + failed, cause);
        summary = failed == null ? message : message + ": " + failed.outcome();
        this.failed = failed;
    }

    /**
     * Returns the message without the command, which may be long.
     *
     * @return what failed, how it ended and its last words
     */
    public String summary() {
        return summary;
    }

    /**
     * Returns the argument vector of the command that failed, with what looks like a secret left out.
     *
     * @return the command; empty if none failed
     */
    public List<String> command() {
        return failed == null ? List.of() : failed.command();
    }

    /**
     * Returns how the command that failed ended.
     *
     * @return the status, or null if none failed
     */
    public @Nullable ExitStatus exitStatus() {
        return failed == null ? null : failed.status();
    }

    /**
     * Returns the last words of the command that failed.
     *
     * @return the end of its standard error, at most {@link FailedCommand#MAX_STDERR} characters; empty if none failed
     */
    public String stderr() {
        return failed == null ? "" : failed.stderr();
    }

    /**
     * Returns the error that the runtime logged during this very call.
     *
     * @return the message, or null if it logged none or no command failed
     */
    public @Nullable String logMessage() {
        return failed == null ? null : failed.logged();
    }

    /**
     * Returns the command that failed.
     *
     * @return the command, or null if no command failed
     */
    public final @Nullable FailedCommand failedCommand() {
        return failed;
    }
}
