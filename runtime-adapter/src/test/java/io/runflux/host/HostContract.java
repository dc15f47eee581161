// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import java.time.Duration;
import java.util.List;

/** What tests of commands need of a host. */
interface HostContract {
    ProcessHost host();

    /** Ends what a test has left behind on purpose, by the number that its host gave it. */
    void end(int pid);

    /** Whether a program of this name runs. */
    boolean isRunning(String program);

    /** When starts are cancelled, of which the last should be over. */
    List<Duration> momentsOfAStart();

    /** Whether a process that closes its input is the last to hold that pipe; a sandbox goes on holding it. */
    default boolean closesItsInput() {
        return true;
    }

    /** Whether a terminal has its size before the process starts, and not a moment later. */
    default boolean sizesTerminalsAtOnce() {
        return true;
    }

    default Command sh(String script) {
        return Command.of(host(), "sh", "-c", script);
    }
}
