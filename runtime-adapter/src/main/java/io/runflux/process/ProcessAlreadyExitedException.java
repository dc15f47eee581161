// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/** The process has ended, so no signal was sent: its number may already be another's. */
public final class ProcessAlreadyExitedException extends ProcessException {
    private static final long serialVersionUID = 1L;

    ProcessAlreadyExitedException(int pid) {
        this("process " + pid);
    }

    /**
     * Creates an error, for launchers of other kinds.
     *
     * @param process what has ended, such as {@code process 7}
     */
    public ProcessAlreadyExitedException(String process) {
        super(process + " has already exited", null);
    }
}
