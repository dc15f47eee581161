// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.events.ExitStatus;
import io.runflux.oci.Hook;
import io.runflux.process.Redaction;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hook did not do what was asked, or its run was ended early. Messages name its arguments, with what looks like a
 * secret left out, and never its environment or output.
 */
public final class HookException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    private final Reason reason;

    private HookException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static HookException notStarted(Throwable cause) {
        return new HookException(Reason.NOT_STARTED, why(cause), cause);
    }

    static HookException startGivenUp(Hook hook) {
        String message =
                "hook " + hook.path() + " was not started within its limit, the post-kill timeout and ten seconds";
        return new HookException(Reason.NOT_STARTED, message, null);
    }

    static HookException failed(Hook hook, ExitStatus status) {
        return new HookException(Reason.FAILED, executing(hook) + status, null);
    }

    static HookException output(Hook hook, Throwable cause) {
        return new HookException(Reason.OUTPUT, executing(hook) + why(cause), cause);
    }

    static HookException notReaped(Duration limit) {
        String message = "failed to reap process within " + seconds(limit) + " of the kill signal";
        return new HookException(Reason.NOT_REAPED, message, null);
    }

    static HookException timedOut(Hook hook, Duration limit) {
        String message = "hook " + hook.path() + " was killed: it exceeded its time limit of " + seconds(limit);
        return new HookException(Reason.TIMED_OUT, message, null);
    }

    static HookException cancelled(Hook hook) {
        return new HookException(Reason.CANCELLED, "hook " + hook.path() + " was killed: it was cancelled", null);
    }

    private static String why(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static String executing(Hook hook) {
        List<String> words = hook.args().isEmpty() ? List.of(hook.path()) : Redaction.redact(hook.args());
        return "executing [" + String.join(" ", words) + "]: ";
    }

    /** A person's {@code 500ms} and {@code 10s}. */
    private static String seconds(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
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
        /** The process could not be started; the cause says why. */
        NOT_STARTED,
        /** The process ended with another exit status than 0, or by a signal. */
        FAILED,
        /** The process ended well, and what it wrote could not be handled; the cause is the error of that work. */
        OUTPUT,
        /**
         * The end did not follow a kill in time: of the process, or of its output, which something else can hold. The
         * launcher goes on waiting for the process.
         */
        NOT_REAPED,
        /** The hook took longer than it, or its caller, allows. */
        TIMED_OUT,
        /** The caller cancelled the hook. */
        CANCELLED
    }
}
