// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The private tables of a launcher: as many as spawn at once, and none before many descriptors are open. */
final class PrivateTables {
    /** About where the copying and closing of descriptors begins to cost more than two changes of threads. */
    static final int MANY = 1_024;

    private final Libc libc;
    private final NullDevice nullDevice;
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

    /** To be given back. Null where few descriptors are open, where it cannot serve, and where none can be had. */
    @Nullable
    PrivateTable take(ProcessSpec spec, Pointer attributes) {
        if (newest < MANY || areRefused || !canServe(spec)) {
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
        PrivateTable table = PrivateTable.open(libc, nullDevice.descriptor(), attributes);
        areRefused = table == null;
        return table;
    }

    void giveBack(@Nullable PrivateTable table) {
        if (table != null && table.isUsable()) {
            idle.add(table);
        }
    }

    void close() {
        PrivateTable table = idle.poll();
        while (table != null) {
            table.close();
            table = idle.poll();
        }
    }
}
