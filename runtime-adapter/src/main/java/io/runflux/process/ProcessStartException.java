// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import org.jspecify.annotations.Nullable;

/** A process could not be started. Nothing of it is left: no child, no descriptor. */
public final class ProcessStartException extends ProcessException {
    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    private final Reason reason;

    /**
     * Creates an error, for launchers of other kinds.
     *
     * @param reason what was wrong
     * @param message what was to be started, and why it was not
     * @param cause what caused it, or null
     */
    public ProcessStartException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Returns what was wrong.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /** What was wrong. */
    public enum Reason {
        /** The program does not exist, is in no directory of the search path, or its interpreter does not exist. */
        PROGRAM_NOT_FOUND,
        /** The program is a directory, has no execute permission, or lies where this user may not look. */
        NOT_EXECUTABLE,
        /** The program is in no format that the kernel runs, for example a script without {@code #!}. */
        NOT_A_PROGRAM,
        /** The program is open for writing somewhere ({@code ETXTBSY}); trying again may help. */
        PROGRAM_BUSY,
        /** The working directory does not exist, is no directory, or may not be entered. */
        WORKING_DIRECTORY,
        /** A file given for a stream could not be opened. */
        STDIO_FILE,
        /** Arguments and environment together are too large ({@code E2BIG}). */
        ARGUMENTS_TOO_LARGE,
        /** The limit of processes is reached ({@code EAGAIN}); trying again may help. */
        TOO_MANY_PROCESSES,
        /** The limit of open descriptors is reached ({@code EMFILE}, {@code ENFILE}); trying again may help. */
        TOO_MANY_DESCRIPTORS,
        /** More launches wait to be spawned than the launcher admits; trying again may help. */
        TOO_MANY_LAUNCHES,
        /** The launcher was disposed of. */
        DISPOSED,
        /** This launcher, or this machine, lacks something that the specification asks for. */
        NOT_SUPPORTED,
        /** Anything else that the kernel refuses; the message has its word. */
        OTHER
    }
}
