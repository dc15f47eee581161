// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.oci.OciJsonException;
import io.runflux.process.ProcessStartException;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.RuntimeBusyException;
import io.runflux.runtime.RuntimeTimeoutException;
import io.runflux.runtime.RuntimeUnavailableException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the error of a call says about the runtime. {@link #of} is the one place that decides it. */
enum RuntimeFault {
    /** The command could not begin, for a reason that passes; nothing was done. */
    NOT_BEGUN,
    /** The runtime met something that was busy; it is neither its fault nor the caller's. */
    BUSY,
    /** The runtime itself is missing, hangs, dies or talks nonsense. */
    BROKEN,
    /** The runtime works, and said why it would not: a mistake of the caller's, or a fault of the container's. */
    REFUSED,
    /** Nothing was called, so nothing is known. */
    NOT_CALLED;

    /** What a shell and the loader exit with when they cannot run a program. */
    private static final Set<Integer> NOT_RUN = Set.of(126, 127);

    static RuntimeFault of(Throwable error) {
        if (error instanceof RuntimeUnavailableException unavailable) {
            return ofStart(unavailable.getCause());
        }
        if (error instanceof RuntimeBusyException) {
            return BUSY;
        }
        if (error instanceof CallTimeoutException || error instanceof RuntimeTimeoutException) {
            return BROKEN;
        }
        if (error instanceof TooManyCallsException || error instanceof NotSupportedException) {
            return NOT_CALLED;
        }
        return error instanceof CommandFailedException failed && isOfRuntime(failed) ? BROKEN : REFUSED;
    }

    private static RuntimeFault ofStart(@Nullable Throwable cause) {
        if (!(cause instanceof ProcessStartException error)) {
            return BROKEN;
        }
        return switch (error.reason()) {
            case PROGRAM_BUSY, TOO_MANY_PROCESSES, TOO_MANY_DESCRIPTORS, TOO_MANY_LAUNCHES -> NOT_BEGUN;
            case DISPOSED -> NOT_CALLED;
            case WORKING_DIRECTORY, STDIO_FILE, ARGUMENTS_TOO_LARGE, NOT_SUPPORTED -> REFUSED;
            case PROGRAM_NOT_FOUND, NOT_EXECUTABLE, NOT_A_PROGRAM, OTHER -> BROKEN;
        };
    }

    /** A runtime that refuses says why, in words or JSON; one that is killed, or is none, does not. */
    private static boolean isOfRuntime(CommandFailedException failed) {
        ExitStatus status = failed.exitStatus();
        if (status == null) {
            return failed.getCause() instanceof OciJsonException;
        }
        boolean isSilent = failed.stderr().isEmpty() && failed.logMessage() == null;
        if (status instanceof ExitStatus.Exited exited) {
            return isSilent || NOT_RUN.contains(exited.code());
        }
        return status instanceof ExitStatus.Signaled;
    }
}
