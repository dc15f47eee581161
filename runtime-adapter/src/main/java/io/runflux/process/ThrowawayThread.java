// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import io.runflux.process.ProcessStartException.Reason;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that takes on what its child is to inherit (umask, root directory, nice value, processors, no new
 * privileges), spawns it, and ends: on Linux these belong to a thread, once {@code unshare(CLONE_FS)} has parted its
 * file system view from that of the JVM.
 *
 * <p>After the change of root no class may be loaded on it, so between that and the spawn there are only calls whose
 * classes are in use already.
 */
final class ThrowawayThread extends Thread {
    private static final int PRIO_PROCESS = 0;
    private static final int CPU_SET_BYTES = 128;

    private final Libc libc;
    private final ProcessSpec spec;
    private final IntSupplier spawn;
    private @Nullable String failedStep;
    private int result = -Linux.ENOMEM;

    private ThrowawayThread(Libc libc, ProcessSpec spec, IntSupplier spawn) {
        super("runflux-spawn-once");
        this.libc = libc;
        this.spec = spec;
        this.spawn = spawn;
        setDaemon(true);
    }

    static boolean isNeeded(ProcessSpec spec) {
        return spec.umask() != null
                || spec.nice() != null
                || !spec.processors().isEmpty()
                || spec.rootDirectory() != null
                || (spec.noNewPrivileges() && !Wrappers.needsSetpriv(spec));
    }

    /** Spawns on a thread of its own, and waits for it; returns the pid, or the negated errno of the spawn. */
    static int call(Libc libc, ProcessSpec spec, IntSupplier spawn) {
        ThrowawayThread thread = new ThrowawayThread(libc, spec, spawn);
        start(thread);
        joinUninterruptibly(thread);
        if (thread.failedStep != null) {
            throw new ProcessStartException(
                    Reason.OTHER, thread.failedStep + ": " + Linux.describe(-thread.result), null);
        }
        return thread.result;
    }

    static void start(Thread thread) {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            throw new ProcessStartException(Reason.TOO_MANY_PROCESSES, "no thread could be started to spawn on", e);
        }
    }

    @Override
    public void run() {
        result = adopt();
        if (failedStep == null) {
            result = spawn.getAsInt();
        }
    }

    private int adopt() {
        int error = step("parting the file system view", () -> libc.unshare(Linux.CLONE_FS));
        Integer nice = spec.nice();
        if (error == 0 && nice != null) {
            error = step("nice value " + nice, () -> libc.setpriority(PRIO_PROCESS, 0, nice));
        }
        if (error == 0 && !spec.processors().isEmpty()) {
            error = step("processors " + spec.processors(), this::bindToProcessors);
        }
        if (error == 0 && spec.noNewPrivileges()) {
            error = step("no new privileges", () -> libc.prctl(Linux.PR_SET_NO_NEW_PRIVS, 1));
        }
        Integer umask = spec.umask();
        if (error == 0 && umask != null) {
            libc.umask(umask);
        }
        Path root = spec.rootDirectory();
        if (error == 0 && root != null) {
            byte[] path = Linux.cString(root.toString());
            error = step("root directory " + root, () -> libc.chroot(path));
        }
        return error;
    }

    private int step(String name, IntSupplier call) {
        int error = call.getAsInt();
        if (error < 0) {
            failedStep = name;
        }
        return error;
    }

    private int bindToProcessors() {
        Pointer mask = Scratch.get();
        for (int processor : spec.processors()) {
            long offset = processor / 8;
            mask.setByte(offset, (byte) (mask.getByte(offset) | 1 << processor % 8));
        }
        return libc.schedSetaffinity(0, CPU_SET_BYTES, mask);
    }

    /** The spawn goes on whoever interrupts; giving up on it would leak the child. */
    private static void joinUninterruptibly(Thread thread) {
        boolean wasInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
