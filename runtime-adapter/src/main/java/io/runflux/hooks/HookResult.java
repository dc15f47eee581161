// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.events.ExitStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of a hook. What it did and why its run failed are the same error, unless a limit or a cancellation ended
 * it: then the second says so, and the first still says what the process did.
 *
 * @param hookError what the hook did wrong; null if it succeeded, which it may just before it would have been killed
 * @param error why the run failed; null if it succeeded
 * @param status how the process ended; null if it was not started, or its end was not seen
 * @param duration from the beginning of the start to the end of the wait
 */
public record HookResult(
        @Nullable HookException hookError,
        @Nullable HookException error,
        @Nullable ExitStatus status,
        Duration duration) {
    /**
     * Says whether the hook ended with exit status 0, in time, and its output was taken.
     *
     * @return whether there is no error
     */
    public boolean isSuccess() {
        return error == null;
    }
}
