// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.runtime.OciRuntimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A runtime is not called for a while, because its last calls have failed through its own fault. Nothing was called.
 * The cause is the failure that was the last straw.
 */
public final class CircuitOpenException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /** Since when the runtime is not called. */
    private final Instant since;

    CircuitOpenException(String runtime, Instant since, Duration pause, @Nullable Throwable cause) {
        super(message(runtime, since, pause, cause), null, cause);
        this.since = since;
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param since since when the runtime is not called
     */
    public CircuitOpenException(String message, Instant since) {
        super(message, null, null);
        this.since = since;
    }

    private static String message(String runtime, Instant since, Duration pause, @Nullable Throwable cause) {
        String why = cause == null ? "" : ", the last one with: " + words(cause);
        return runtime + " is not called since " + since + ", but for a try after each " + pause
                + ", because too many of its calls failed" + why;
    }

    private static @Nullable String words(Throwable cause) {
        return cause instanceof OciRuntimeException error ? error.summary() : cause.getMessage();
    }

    /**
     * Returns since when the runtime is not called.
     *
     * @return the moment at which the circuit was opened; tries that failed since then do not change it
     */
    public Instant since() {
        return since;
    }
}
