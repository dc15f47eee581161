// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

/** A reader was too slow: files that it had not read yet are no longer kept. */
public final class LogLostException extends UpstreamException {
    private static final long serialVersionUID = 1L;

    /** How many files. */
    private final long files;

    LogLostException(String log, long files) {
        super(
                "cannot go on reading '" + log + "': " + files + " of its files were removed before they were read",
                null);
        this.files = files;
    }

    /**
     * Returns how many files were removed unread, the one included of which a part was read.
     *
     * @return 1 or more
     */
    public long files() {
        return files;
    }
}
