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
 * (Linux 5.9, close_range(2)). Afterwards this thread must neither load a class nor allocate on the heap: a class
 * loader reads from descriptors by their numbers, and a JVM that lacks memory may write its heap dump to one. So all it
 * calls is called once before, for a program that does not exist. What the JVM itself logs to a file from here is lost.
 */
final class PrivateTable extends Thread {
    /** What comes over is numbered from here on, above the standard streams and the pidfd of this process. */
    static final int FIRST = 4;

    /** What {@link #spawn} returns if the descriptors did not come over. */
    static final int NOT_SPAWNED = Integer.MIN_VALUE;

    private static final int SELF = 3;

    private final Libc libc;
    private final int pid = (int) ProcessHandle.current().pid();
    private final byte[] nullDevice = Linux.cString(NullDevice.PATH);
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
     * Starts one, and waits until its table has parted, or {@link #error()} says why not.
     *
     * @param descriptor any that is open, to try
     * @param attributes any, to try
     * @throws ProcessStartException if no thread can be started
     */
    static PrivateTable open(Libc libc, int descriptor, Pointer attributes) {
        try (SpawnBlock nothing = new SpawnBlock(libc, "", List.of(), List.of())) {
            PrivateTable table = new PrivateTable(libc, new Call(new int[] {descriptor}, nothing, attributes));
            ThrowawayThread.start(table);
            table.rehearsal.await();
            return table;
        }
    }

    /** Returns 0 or a negated errno. */
    int error() {
        return rehearsal.result;
    }

    /**
     * Spawns, and waits until the child has executed its program. One at a time may ask.
     *
     * @param descriptors what the child gets of this process; the file actions know them by the numbers from
     *     {@link #FIRST} on
     * @return the pid, a negated errno, or {@link #NOT_SPAWNED}
     */
    int spawn(int[] descriptors, SpawnBlock block, Pointer attributes) {
        Call call = new Call(descriptors, block, attributes);
        asked = call;
        LockSupport.unpark(this);
        call.await();
        return call.result;
    }

    /**
     * Whether it can be asked again. If not, it must live on, since children may wait for the death of their parent.
     */
    boolean isUsable() {
        return isUsable;
    }

    void close() {
        isClosed = true;
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        prepare();
        if (!isUsable) {
            return;
        }
        while (!isClosed) {
            Call call = asked;
            if (call == null) {
                LockSupport.park(this);
                Thread.interrupted();
            } else {
                asked = null;
                answer(call);
            }
        }
    }

    private void prepare() {
        try {
            int error = rehearse();
            rehearsal.result = error == 0 ? part() : error;
            isUsable = rehearsal.result == 0;
        } finally {
            rehearsal.end();
        }
    }

    private int rehearse() {
        int self = libc.pidfdOpen(pid);
        if (self < 0) {
            return self;
        }
        int descriptor = libc.pidfdGetfd(self, rehearsal.descriptors[0]);
        int error = descriptor < 0 ? descriptor : rehearsal.block.spawn(rehearsal.attributes);
        if (descriptor >= 0) {
            libc.close(descriptor);
        }
        libc.close(self);
        return error == -Linux.ENOENT ? 0 : error;
    }

    /** Leaves the null device for the standard streams, and the pidfd. Each gets the lowest number that is free. */
    private int part() {
        int error = libc.closeRange(0, Linux.CLOSE_RANGE_UNSHARE);
        for (int number = 0; number < SELF && error == 0; number++) {
            error = unless(number, libc.open(nullDevice, Linux.O_RDWR, 0));
        }
        return error == 0 ? unless(SELF, libc.pidfdOpen(pid)) : error;
    }

    private static int unless(int expected, int descriptor) {
        return descriptor < 0 ? descriptor : descriptor == expected ? 0 : -Linux.EBADF;
    }

    /** Whatever is thrown, nothing more is to be done here, least of all to be logged. */
    private void answer(Call call) {
        isUsable = false;
        try {
            call.result = spawn(call);
            isUsable = call.result != NOT_SPAWNED;
        } catch (Throwable e) {
            call.result = -Linux.ENOMEM;
        } finally {
            call.end();
        }
    }

    private int spawn(Call call) {
        int error = 0;
        for (int i = 0; i < call.descriptors.length && error == 0; i++) {
            error = unless(FIRST + i, libc.pidfdGetfd(SELF, call.descriptors[i]));
        }
        int result = error == 0 ? call.block.spawn(call.attributes) : NOT_SPAWNED;
        libc.closeRange(FIRST, 0);
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
