// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/** What tests ask of pipes. */
final class LargePipes {
    private static final Libc LIBC = NativeSupport.libc();

    private LargePipes() {}

    /** Returns whether the kernel lets this user have one now: all of a user's pipes count, also those of others. */
    static boolean areAllowed() {
        int[] ends = new int[2];
        boolean isAllowed = LIBC.pipe2(ends, Linux.O_CLOEXEC) == 0
                && LIBC.fcntl(ends[0], Linux.F_SETPIPE_SZ, PipeGrowth.LARGE_BYTES) >= 0;
        LIBC.close(ends[0]);
        LIBC.close(ends[1]);
        return isAllowed;
    }

    /** Returns how much a pipe of a process holds. */
    static int bytes(RunningProcess process, int descriptor) {
        byte[] path = Linux.cString("/proc/" + process.pid() + "/fd/" + descriptor);
        int pipe = LIBC.open(path, Linux.O_RDONLY | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
        int bytes = LIBC.fcntl(pipe, Linux.F_GETPIPE_SZ, 0);
        LIBC.close(pipe);
        return bytes;
    }
}
