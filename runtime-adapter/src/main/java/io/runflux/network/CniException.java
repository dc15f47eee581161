// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A container could not be attached to a network, checked or detached; the message says which plugin failed, and why.
 */
public final class CniException extends NetworkException {
    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    private final Reason reason;
    /** The plugin's own number for it, or null. */
    private final @Nullable Integer code;
    /** What else the plugin said of it. */
    private final String details;

    private CniException(
            Reason reason, String message, @Nullable Integer code, String details, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.code = code;
        this.details = details;
    }

    static CniException of(Reason reason, String message, @Nullable Throwable cause) {
        return new CniException(reason, message, null, "", cause);
    }

    static CniException reported(String call, int code, String words, String details) {
        String more = details.isEmpty() ? "" : ": " + details;
        return new CniException(Reason.REPORTED, call + ": error " + code + ": " + words + more, code, details, null);
    }

    static CniException timedOut(String call, Duration limit) {
        String message = call + " was killed: it exceeded its time limit of " + limit.toMillis() + " ms";
        return of(Reason.TIMED_OUT, message, null);
    }

    /**
     * Returns what was wrong.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the plugin's number for what was wrong. The CNI specification gives those up to 99 a meaning, 11 being
     * that the same may work later.
     *
     * @return the number, or null if the plugin said nothing
     */
    public @Nullable Integer code() {
        return code;
    }

    /**
     * Returns what else the plugin said.
     *
     * @return its details; empty if there were none
     */
    public String details() {
        return details;
    }

    /** What was wrong. */
    public enum Reason {
        /** There is no such plugin in the directories of plugins, or it is not to be trusted. */
        NOT_FOUND,
        /** The process of the plugin could not be started; the cause says why. */
        NOT_STARTED,
        /** The plugin said what was wrong, see {@link CniException#code()}. */
        REPORTED,
        /** The plugin ended badly, and did not say why in the words of CNI. */
        FAILED,
        /** The plugin ended well, and what it wrote is not what CNI has it write. */
        GARBLED,
        /** The plugin took too long, and was killed with its children. */
        TIMED_OUT,
        /** The plugin does not speak the version of CNI that the network is written in. */
        VERSION,
        /**
         * The container is attached with that interface to that network, or what is left of that is not yet deleted.
         */
        ALREADY_ATTACHED,
        /** The container is not attached with that interface to that network. */
        NOT_ATTACHED
    }
}
