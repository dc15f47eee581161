// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Numbers of Linux on x86-64 and ARM64, which mostly share them, by their C names, and what goes with them. */
final class Linux {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_NOCTTY = 0x100;
    static final int O_TRUNC = 0x200;
    static final int O_APPEND = 0x400;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_NOFOLLOW = isArm() ? 0x8000 : 0x20000;

    static final int F_SETFL = 4;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final int F_SETPIPE_SZ = 1031;
    static final int F_GETPIPE_SZ = 1032;

    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;
    static final int LOCK_UN = 8;

    static final int AF_UNIX = 1;
    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_NONBLOCK = O_NONBLOCK;
    static final int SOCK_CLOEXEC = O_CLOEXEC;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_CMSG_CLOEXEC = 0x4000_0000;

    static final long TIOCSWINSZ = 0x5414;
    static final long FIONREAD = 0x541B;
    static final long TIOCGPTN = 0x80045430L;
    static final long TIOCSPTLCK = 0x40045431L;

    /** {@code _IOWR(0xFF, 11, 72)}; the structure is 72 bytes long (linux/pidfd.h of 6.18). */
    static final long PIDFD_GET_INFO = 0xC048FF0BL;

    static final long PIDFD_INFO_EXIT = 1L << 3;
    static final int PIDFD_SIGNAL_PROCESS_GROUP = 1 << 2;

    static final int WNOHANG = 1;
    static final int CLONE_FS = 0x200;
    static final int CLOSE_RANGE_UNSHARE = 1 << 1;
    static final int PR_SET_CHILD_SUBREAPER = 36;
    static final int PR_SET_NO_NEW_PRIVS = 38;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int E2BIG = 7;
    static final int ENOEXEC = 8;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ETXTBSY = 26;
    static final int EPIPE = 32;
    static final int ECONNRESET = 104;
    static final int ENOTCONN = 107;
    static final int ECONNREFUSED = 111;

    private static final Map<Integer, String> TEXTS = Map.ofEntries(
            Map.entry(EPERM, "operation not permitted"),
            Map.entry(ENOENT, "no such file or directory"),
            Map.entry(ESRCH, "no such process"),
            Map.entry(EIO, "input/output error"),
            Map.entry(ENXIO, "no reader at the other end of the FIFO, or no such device"),
            Map.entry(9, "bad file descriptor"),
            Map.entry(EAGAIN, "resource temporarily unavailable"),
            Map.entry(ENOMEM, "out of memory"),
            Map.entry(EACCES, "permission denied"),
            Map.entry(ENOTDIR, "not a directory"),
            Map.entry(21, "is a directory"),
            Map.entry(EINVAL, "invalid argument"),
            Map.entry(ENFILE, "too many open files in the system"),
            Map.entry(EMFILE, "too many open files"),
            Map.entry(28, "no space left"),
            Map.entry(30, "read-only file system"),
            Map.entry(38, "function not implemented"),
            Map.entry(EPIPE, "nobody reads any more"),
            Map.entry(40, "too many levels of symbolic links"),
            Map.entry(ECONNRESET, "the peer has closed the connection"),
            Map.entry(ENOTCONN, "the peer has closed the connection"),
            Map.entry(ECONNREFUSED, "nobody listens"));

    private Linux() {}

    private static boolean isArm() {
        return System.getProperty("os.arch", "").equals("aarch64");
    }

    static String describe(int errno) {
        String text = TEXTS.get(errno);
        return text == null ? "errno " + errno : text;
    }

    /** Text as C has it: UTF-8, ended by NUL. */
    static byte[] cString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
