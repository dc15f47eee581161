// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.atomic.AtomicInteger;

/** {@code /dev/null}, opened once for all children of a launcher, which get duplicates. */
final class NullDevice {
    static final String PATH = "/dev/null";

    private static final int NONE = -1;

    private final Libc libc;
    private final AtomicInteger opened = new AtomicInteger(NONE);

    NullDevice(Libc libc) {
        this.libc = libc;
    }

    /** Returns the descriptor, or a negated errno. */
    int descriptor() {
        int descriptor = opened.get();
        return descriptor == NONE ? open() : descriptor;
    }

    private int open() {
        int flags = Linux.O_RDWR | Linux.O_CLOEXEC | Linux.O_NOCTTY;
        int descriptor = libc.open(Linux.cString(PATH), flags, 0);
        if (descriptor < 0 || opened.compareAndSet(NONE, descriptor)) {
            return descriptor;
        }
        libc.close(descriptor);
        return opened.get();
    }

    /** Closes it, when nothing is launched any more. */
    void close() {
        int descriptor = opened.getAndSet(NONE);
        if (descriptor != NONE) {
            libc.close(descriptor);
        }
    }
}
