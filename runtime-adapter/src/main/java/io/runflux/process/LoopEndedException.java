// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import org.jspecify.annotations.Nullable;

/** The event loop was shut down before its processes; what it watched is killed and closed. */
final class LoopEndedException extends ProcessException {
    private static final long serialVersionUID = 1L;

    LoopEndedException(@Nullable Throwable cause) {
        super("the event loop has ended", cause);
    }
}
