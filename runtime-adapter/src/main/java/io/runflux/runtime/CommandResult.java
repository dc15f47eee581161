// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.CapturedOutput;

/** How a command ended and what it wrote. */
record CommandResult(ExitStatus status, String stdout, String stderr, boolean isTruncated) {
    static CommandResult of(CapturedOutput output, ExitStatus status) {
        return new CommandResult(status, output.stdout(), output.stderr(), output.isTruncated());
    }

    String text() {
        return stdout + "\n" + stderr;
    }
}
