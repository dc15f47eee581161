// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread with a descriptor table of its own, in which there is only what one child is to get. A child begins with a
 * copy of the table of the thread that spawns it, and closes what it was not given, one by one: with 10,000 descriptors
 * of the JVM that takes several times what the rest of a launch does.
 *
 * <p>Descriptors come over by {@code pidfd_getfd} (Linux 5.6), and the tables part by {@code CLOSE_RANGE_UNSHARE}
 * (Linux 5.9, close_range(2)). No class may be loaded on this thread afterwards, since a class loader would read from
 * descriptors that are not there. So all it calls is called once before, for a program that does not exist.
 */
final class PrivateTable extends Thread {
    /** What comes over is numbered from here on, above the standard streams and the pidfd of this process. */
    static final int FIRST = 4;

    private static final int SELF = 3;

    private final Libc libc;
    private final int pid = (int) ProcessHandle.current().pid();
    private final byte[] nullDevice = Linux.cString(NullDevice.PATH);
    private final int[] fetched = new int[FIRST];
    private final Call rehearsal;
    private volatile @Nullable Call asked;
    private volatile boolean isUsable;
    private volatile boolean isClosed;

    private PrivateTable(Libc libc, Call rehearsal) {
        super("runflux-spawner-table");
        this.libc = libc;
        this.rehearsal = rehearsal;
        setDaemon(true);
    }

    /**
     * Starts one, and waits until its table has parted.
     *
     * @param descriptor any that is open, to try
     * @return null if the kernel or a filter of system calls refuses
     */
    static @Nullable PrivateTable open(Libc libc, int descriptor, Pointer attributes) {
        try (SpawnBlock nothing = new SpawnBlock(libc, "", List.of(), List.of())) {
            Call rehearsal = new Call(new int[] {descriptor}, nothing, attributes);
            PrivateTable table = new PrivateTable(libc, rehearsal);
            ThrowawayThread.start(table);
            rehearsal.await();
            return table.isUsable ? table : null;
        }
    }

    /**
     * Spawns, and waits until the child has executed its program. One at a time may ask.
     *
     * @param descriptors what the child gets of this process; the file actions know them by the numbers from
     *     {@link #FIRST} on
     * @return the pid, or a negated errno
     */
    int spawn(int[] descriptors, SpawnBlock block, Pointer attributes) {
        Call call = new Call(descriptors, block, attributes);
        asked = call;
        LockSupport.unpark(this);
        call.await();
        return call.result;
    }

    /** Whether it can be asked again: an error of the JVM, such as a lack of memory, ends it. */
    boolean isUsable() {
        return isUsable;
    }

    void close() {
        isClosed = true;
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        try {
            isUsable = rehearse() && part();
        } finally {
            rehearsal.end();
        }
        while (isUsable && !isClosed) {
            Call call = asked;
            if (call == null) {
                LockSupport.park(this);
            } else {
                asked = null;
                answer(call);
            }
        }
    }

    private boolean rehearse() {
        int self = libc.pidfdOpen(pid);
        int result = self < 0 ? self : spawn(self, rehearsal);
        return libc.close(self) == 0 && result == -Linux.ENOENT;
    }

    /** Leaves the null device for the standard streams, and the pidfd. Each gets the lowest number that is free. */
    private boolean part() {
        return libc.closeRange(0, Linux.CLOSE_RANGE_UNSHARE) == 0
                && libc.open(nullDevice, Linux.O_RDWR, 0) == 0
                && libc.open(nullDevice, Linux.O_RDWR, 0) == 1
                && libc.open(nullDevice, Linux.O_RDWR, 0) == 2
                && libc.pidfdOpen(pid) == SELF;
    }

    private void answer(Call call) {
        isUsable = false;
        try {
            call.result = spawn(SELF, call);
            isUsable = true;
        } finally {
            call.end();
        }
    }

    private int spawn(int self, Call call) {
        int count = 0;
        int result = 0;
        while (result >= 0 && count < call.descriptors.length) {
            result = libc.pidfdGetfd(self, call.descriptors[count]);
            if (result >= 0) {
                fetched[count] = result;
                count++;
            }
        }
        if (result >= 0) {
            result = call.block.spawn(call.attributes);
        }
        while (count > 0) {
            count--;
            libc.close(fetched[count]);
        }
        return result;
    }

    /** One spawn, and who waits for it. */
    private static final class Call {
        private final int[] descriptors;
        private final SpawnBlock block;
        private final Pointer attributes;
        private final Thread caller = Thread.currentThread();
        private volatile int result = -Linux.ENOMEM;
        private volatile boolean isDone;

        Call(int[] descriptors, SpawnBlock block, Pointer attributes) {
            this.descriptors = descriptors;
            this.block = block;
            this.attributes = attributes;
        }

        void end() {
            isDone = true;
            LockSupport.unpark(caller);
        }

        /** The spawn goes on whoever interrupts; giving up on it would leak the child. */
        void await() {
            boolean wasInterrupted = false;
            while (!isDone) {
                LockSupport.park(this);
                wasInterrupted |= Thread.interrupted();
            }
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
