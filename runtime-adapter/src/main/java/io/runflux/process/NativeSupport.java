// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, once, whether this machine can launch natively. As Go's {@code checkPidfd} does, it asks by doing: a
 * kernel may be too old for pidfds, and a seccomp filter may forbid them.
 */
final class NativeSupport {
    private static final NativeSupport INSTANCE = probe();

    private final @Nullable Libc libc;
    private final String missing;

    private NativeSupport(@Nullable Libc libc, String missing) {
        this.libc = libc;
        this.missing = missing;
    }

    /** Returns what this machine lacks, or null if it lacks nothing. */
    static @Nullable String missing() {
        return INSTANCE.libc == null ? INSTANCE.missing : null;
    }

    /** @throws IllegalStateException if something is {@link #missing()} */
    static Libc libc() {
        if (INSTANCE.libc == null) {
            throw new IllegalStateException("processes cannot be launched natively: " + INSTANCE.missing);
        }
        return INSTANCE.libc;
    }

    private static NativeSupport probe() {
        String system = System.getProperty("os.name", "");
        if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
            return new NativeSupport(null, "the system is " + system + ", not Linux");
        }
        if (!Epoll.isAvailable()) {
            return new NativeSupport(null, "Netty's epoll transport does not load: " + Epoll.unavailabilityCause());
        }
        if (!hasNativeBuffers()) {
            return new NativeSupport(null, "Netty's direct buffers have no address, as without Unsafe on old JDKs");
        }
        try {
            return probePidfd(JnaLibc.load());
        } catch (LinkageError e) {
            return new NativeSupport(null, "JNA does not load, or finds no glibc 2.34 or later: " + e.getMessage());
        }
    }

    private static boolean hasNativeBuffers() {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(1);
        try {
            return buffer.hasMemoryAddress();
        } finally {
            buffer.release();
        }
    }

    private static NativeSupport probePidfd(Libc libc) {
        int self = (int) ProcessHandle.current().pid();
        int pidfd = libc.pidfdOpen(self);
        if (pidfd < 0) {
            return new NativeSupport(null, "pidfd_open: " + Linux.describe(-pidfd));
        }
        int sent = libc.pidfdSendSignal(pidfd, 0, 0);
        libc.close(pidfd);
        return sent == 0
                ? new NativeSupport(libc, "")
                : new NativeSupport(null, "pidfd_send_signal: " + Linux.describe(-sent));
    }
}
