// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

/** A run that a signal to this JVM ended, of which whoever sent it need not be told. */
final class StoppedBySignalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedBySignalException(Throwable cause) {
        super("stopped by a signal", cause);
    }
}
