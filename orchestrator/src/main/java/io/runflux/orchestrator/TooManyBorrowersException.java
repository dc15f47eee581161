// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

/**
 * As many containers of a {@link WarmPool} are borrowed as are allowed, and this borrower could not wait any longer.
 * Nothing was started.
 */
public final class TooManyBorrowersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooManyBorrowersException(String message) {
        super(message, null, true, false);
    }

    static TooManyBorrowersException afterWaiting(String pool, WarmPoolOptions.Borrowers options) {
        return new TooManyBorrowersException("waited " + options.maxWait() + " for one of " + options.maxBorrowed()
                + " borrowed containers of pool " + pool + " to be given up; nothing was started");
    }

    static TooManyBorrowersException withoutWaiting(String pool, WarmPoolOptions.Borrowers options) {
        return new TooManyBorrowersException(options.maxBorrowed() + " containers of pool " + pool
                + " are borrowed and " + options.maxWaiting()
                + " borrowers wait, and no more may; nothing was started");
    }
}
