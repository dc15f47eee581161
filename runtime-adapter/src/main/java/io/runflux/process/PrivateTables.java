// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/** The private tables of a launcher: as many as spawn at once, and none before many descriptors are open. */
final class PrivateTables {
    /** About where the copying and closing of descriptors begins to cost more than two changes of threads. */
    static final int MANY = 1_024;

    /** Errors that may be others the next time. */
    private static final Set<Integer> PASSING = Set.of(Linux.EMFILE, Linux.ENFILE, Linux.EAGAIN, Linux.ENOMEM);

    private final Libc libc;
    private final NullDevice nullDevice;
    private final Queue<PrivateTable> all = new ConcurrentLinkedQueue<>();
    private final Queue<PrivateTable> idle = new ConcurrentLinkedQueue<>();
    private volatile int newest;
    private volatile boolean areRefused;

    PrivateTables(Libc libc, NullDevice nullDevice) {
        this.libc = libc;
        this.nullDevice = nullDevice;
    }

    /** A descriptor that is opened gets the lowest number that is free: at least as many are open as it says. */
    void noteOpened(int descriptor) {
        newest = descriptor;
    }

    boolean areWanted() {
        return newest >= MANY && !areRefused;
    }

    /** To be given back. Null where it is not wanted, on a thread that must not wait, and where none can be had. */
    @Nullable
    PrivateTable take(ProcessSpec spec, Pointer attributes) {
        if (!areWanted() || !canServe(spec) || Schedulers.isInNonBlockingThread()) {
            return null;
        }
        PrivateTable table = idle.poll();
        return table == null ? open(attributes) : table;
    }

    /** The standard streams there are not those of the JVM. */
    private static boolean canServe(ProcessSpec spec) {
        return !ThrowawayThread.isNeeded(spec)
                && spec.descriptors().lastKey() < PrivateTable.FIRST
                && !spec.descriptors().containsValue(Stdio.inherit());
    }

    private @Nullable PrivateTable open(Pointer attributes) {
        PrivateTable table;
        try {
            table = PrivateTable.open(libc, nullDevice.descriptor(), attributes);
        } catch (ProcessStartException noThread) {
            return null;
        }
        if (table.error() == 0) {
            all.add(table);
            return table;
        }
        if (!PASSING.contains(-table.error())) {
            areRefused = true;
        }
        return null;
    }

    void giveBack(PrivateTable table) {
        if (table.isUsable()) {
            idle.add(table);
        }
    }

    /** Ends them, and with them what waits for the death of its parent. */
    void close() {
        idle.clear();
        all.forEach(PrivateTable::close);
        all.clear();
    }
}
