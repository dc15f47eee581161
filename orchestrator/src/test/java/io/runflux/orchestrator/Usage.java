// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What this JVM holds at one moment. */
record Usage(long heapBytes, long descriptors, int threads, long children) {
    private static final int COLLECTIONS_IN_VAIN = 5;
    private static final long PAUSE_NANOS = 10_000_000;
    /** What pools and loops come to when they are first busy. */
    private static final int OF_POOLS = 8;

    static Usage now() {
        return new Usage(
                leastHeap(),
                Remains.files(Path.of("/proc/self/fd")).count(),
                Thread.getAllStackTraces().size(),
                ProcessHandle.current().children().count());
    }

    /** What is weakly held, or still on some thread's stack, goes later: until a few collections find no less. */
    private static long leastHeap() {
        long least = Long.MAX_VALUE;
        int inVain = 0;
        while (inVain < COLLECTIONS_IN_VAIN) {
            System.gc();
            long used =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            inVain = used < least ? 0 : inVain + 1;
            least = Math.min(least, used);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return least;
    }

    /** Names what is more than it was, but for that. */
    List<String> exceeds(Usage before, long heapNoise) {
        List<String> more = new ArrayList<>();
        addIfMore("bytes of heap", heapBytes, before.heapBytes + heapNoise, more);
        addIfMore("descriptors", descriptors, before.descriptors + OF_POOLS, more);
        addIfMore("threads", threads, before.threads + OF_POOLS, more);
        addIfMore("children", children, before.children, more);
        return more;
    }

    private static void addIfMore(String what, long value, long allowed, List<String> more) {
        if (value > allowed) {
            more.add(value + " " + what + ", allowed: " + allowed);
        }
    }
}
