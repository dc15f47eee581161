// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

/** A process ended with another exit code than 0, or by a signal. */
public final class ExitError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How it ended. */
    private final transient ExitState state;

    ExitError(ExitState state) {
        super("process exited with exit code " + state.exitCode());
        this.state = state;
    }

    /**
     * Returns how it ended, which tells a signal from a code where the host does.
     *
     * @return the state, never unknown
     */
    public ExitState state() {
        return state;
    }
}
