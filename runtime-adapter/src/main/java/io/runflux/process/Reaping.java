// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.Signal;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** The end of a child that no loop watches, or that none can take over. */
final class Reaping {
    private Reaping() {}

    /** Kills and reaps a child. It blocks until the child has gone, which after {@code SIGKILL} is a moment. */
    static void killNow(Libc libc, int pid) {
        if (pid < 1) {
            throw new IllegalArgumentException("a child has a number of 1 or more, was " + pid);
        }
        libc.kill(pid, Signal.KILL.number());
        int reaped;
        do {
            reaped = libc.wait4(pid, new int[1], 0, Scratch.get());
        } while (reaped == -Linux.EINTR);
    }

    /** The same for an event loop, which does not have that moment. */
    static void killElsewhere(Libc libc, int pid) {
        Disposable unused = Schedulers.boundedElastic().schedule(() -> killNow(libc, pid));
    }
}
