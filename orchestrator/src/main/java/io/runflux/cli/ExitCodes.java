// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ExitStatus;

/** The exit codes of this command line that are not a container's; those of timeout(1), env(1) and docker. */
final class ExitCodes {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int TIMED_OUT = 124;
    static final int RUN_FAILED = 125;
    static final int PROGRAM_NOT_FOUND = 127;
    static final int OUTPUT_CLOSED = 141;
    static final int STATUS_UNKNOWN = 255;

    private ExitCodes() {}

    static int of(ExitStatus status) {
        return status.code() == ExitStatus.UNKNOWN_CODE ? STATUS_UNKNOWN : status.code();
    }
}
