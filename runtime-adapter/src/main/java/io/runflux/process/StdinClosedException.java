// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/**
 * The process closed its standard input, or another input pipe, or ended, before all of it was written ({@code EPIPE});
 * or all that used a terminal have closed it.
 */
public final class StdinClosedException extends ProcessException {
    private static final long serialVersionUID = 1L;

    /** What went into the pipe. */
    private final long bytesWritten;

    StdinClosedException(int pid, long bytesWritten) {
        this("process " + pid, bytesWritten);
    }

    /**
     * Creates an error, for launchers of other kinds.
     *
     * @param owner who closed it, such as {@code process 7}
     * @param bytesWritten how much went into the pipe
     */
    public StdinClosedException(String owner, long bytesWritten) {
        this(owner, "standard input", bytesWritten);
    }

    StdinClosedException(String owner, String stream, long bytesWritten) {
        super(owner + " closed its " + stream + " after " + bytesWritten + " bytes were written", null);
        this.bytesWritten = bytesWritten;
    }

    /**
     * Returns how much went into the pipe; what of it the process read is not known.
     *
     * @return bytes
     */
    public long bytesWritten() {
        return bytesWritten;
    }
}
