// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.Signal;

/** Sends the two signals that the JDK knows, by a handle that compares start times before it does. */
final class JdkSignals {
    private JdkSignals() {}

    static void send(ProcessHandle process, Signal signal) {
        int pid = Math.toIntExact(process.pid());
        if (!process.isAlive()) {
            throw new ProcessAlreadyExitedException(pid);
        }
        if (!signal.equals(Signal.TERM) && !signal.equals(Signal.KILL)) {
            throw new ProcessException(
                    "cannot send " + signal + " to process " + pid + ": the JDK can send SIGTERM and SIGKILL only",
                    null);
        }
        boolean isSent = signal.equals(Signal.KILL) ? process.destroyForcibly() : process.destroy();
        if (!isSent) {
            throw refused(process, pid, signal);
        }
    }

    private static ProcessException refused(ProcessHandle process, int pid, Signal signal) {
        return process.isAlive()
                ? new ProcessException("cannot send " + signal + " to process " + pid + ": the system refused", null)
                : new ProcessAlreadyExitedException(pid);
    }
}
