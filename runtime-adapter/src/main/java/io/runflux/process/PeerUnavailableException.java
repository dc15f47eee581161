// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/** Nobody is at the other end of a FIFO or unix socket, for now: who dials again later may find somebody. */
public final class PeerUnavailableException extends ProcessException {
    private static final long serialVersionUID = 1L;

    /** In what way. */
    private final Reason reason;

    /** In what way nobody is there. */
    public enum Reason {
        /** Nobody has opened the FIFO for reading ({@code ENXIO}). */
        NO_READER,
        /** Nobody listens at the socket, or too many wait there already ({@code ECONNREFUSED}, {@code EAGAIN}). */
        REFUSED,
        /** There is nothing at the path, or was nothing in time ({@code ENOENT}). */
        MISSING,
        /** The peer was there and has closed its end ({@code EPIPE}, {@code ECONNRESET}). */
        SEVERED
    }

    /**
     * Creates an error.
     *
     * @param reason in what way nobody is there
     * @param message who, and why
     */
    public PeerUnavailableException(Reason reason, String message) {
        super(message, null);
        this.reason = reason;
    }

    /**
     * Returns in what way nobody is there.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
