// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The C library, by JNA's direct mapping. The numbers of the calls about pidfds are the same on every architecture but
 * alpha (pidfd_open(2), pidfd_send_signal(2)), and so is that of close_range(2).
 */
final class JnaLibc implements Libc {
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final long SYS_CLOSE_RANGE = 436;
    private static final long SYS_PIDFD_GETFD = 438;
    private static final long LAST_DESCRIPTOR = 0xFFFF_FFFFL;

    private static final int P_ALL = 0;
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x0100_0000;
    private static final int SI_CODE_OFFSET = 8;
    private static final int SI_PID_OFFSET = 16;
    private static final int SI_STATUS_OFFSET = 24;

    /** @throws UnsatisfiedLinkError if the C library lacks a function, as glibc before 2.34 and musl do */
    static JnaLibc load() {
        Native.register(C.class, "c");
        return new JnaLibc();
    }

    private JnaLibc() {}

    @Override
    public int pipe2(int[] ends, int flags) {
        return checked(C.pipe2(ends, flags));
    }

    @Override
    public int open(byte[] path, int flags, int mode) {
        return checked(C.open(path, flags, mode));
    }

    @Override
    public int openat(int directory, byte[] path, int flags) {
        return checked(C.openat(directory, path, flags, 0));
    }

    @Override
    public int mkfifo(byte[] path, int mode) {
        return checked(C.mkfifo(path, mode));
    }

    @Override
    public int close(int descriptor) {
        return checked(C.close(descriptor));
    }

    @Override
    public int closeRange(int first, int flags) {
        return checked((int) C.syscall(SYS_CLOSE_RANGE, first, LAST_DESCRIPTOR, flags, 0));
    }

    @Override
    public int fcntl(int descriptor, int command, long argument) {
        return checked(C.fcntl(descriptor, command, argument));
    }

    @Override
    public int flock(int descriptor, int operation) {
        return checked(C.flock(descriptor, operation));
    }

    @Override
    public int ioctl(int descriptor, long request, Pointer argument) {
        return checked(C.ioctl(descriptor, request, argument));
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return checked(C.socket(domain, type, protocol));
    }

    @Override
    public int bind(int socket, Pointer address, int length) {
        return checked(C.bind(socket, address, length));
    }

    @Override
    public int listen(int socket, int backlog) {
        return checked(C.listen(socket, backlog));
    }

    @Override
    public int connect(int socket, Pointer address, int length) {
        return checked(C.connect(socket, address, length));
    }

    @Override
    public int accept(int socket, int flags) {
        return checked(C.accept4(socket, 0, 0, flags));
    }

    @Override
    public int receiveMessage(int socket, Pointer message, int flags) {
        return checked((int) C.recvmsg(socket, message, flags));
    }

    @Override
    public int pidfdOpen(int pid) {
        return checked((int) C.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0));
    }

    @Override
    public int pidfdGetfd(int pidfd, int descriptor) {
        return checked((int) C.syscall(SYS_PIDFD_GETFD, pidfd, descriptor, 0, 0));
    }

    @Override
    public int pidfdSendSignal(int pidfd, int signal, int flags) {
        return checked((int) C.syscall(SYS_PIDFD_SEND_SIGNAL, pidfd, signal, 0, flags));
    }

    @Override
    public int kill(int pid, int signal) {
        return checked(C.kill(pid, signal));
    }

    @Override
    public int wait4(int pid, int[] status, int options, Pointer usage) {
        return checked(C.wait4(pid, status, options, usage));
    }

    @Override
    public int waitPidfd(int pidfd, int[] how) {
        Pointer info = Scratch.get();
        int result = checked(C.waitid(P_PIDFD, pidfd, info, WEXITED | WNOHANG));
        boolean hasEnded = result == 0 && info.getInt(SI_PID_OFFSET) != 0;
        how[0] = hasEnded ? info.getInt(SI_CODE_OFFSET) : 0;
        how[1] = hasEnded ? info.getInt(SI_STATUS_OFFSET) : 0;
        return result;
    }

    @Override
    public int findEndedChild() {
        Pointer info = Scratch.get();
        int error = checked(C.waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT));
        return error < 0 ? error : info.getInt(SI_PID_OFFSET);
    }

    @Override
    public int prctl(int option, long argument) {
        return checked(C.prctl(option, argument, 0, 0, 0));
    }

    @Override
    public int unshare(int flags) {
        return checked(C.unshare(flags));
    }

    @Override
    public int umask(int mask) {
        return C.umask(mask);
    }

    @Override
    public int setpriority(int which, int who, int priority) {
        return checked(C.setpriority(which, who, priority));
    }

    @Override
    public int schedSetaffinity(int pid, long size, Pointer mask) {
        return checked(C.sched_setaffinity(pid, size, mask));
    }

    @Override
    public int chroot(byte[] path) {
        return checked(C.chroot(path));
    }

    @Override
    public int posixSpawn(
            int[] pid, Pointer path, Pointer fileActions, Pointer attributes, Pointer argv, Pointer envp) {
        return C.posix_spawn(pid, path, fileActions, attributes, argv, envp);
    }

    @Override
    public void fileActionsInit(Pointer actions) {
        C.posix_spawn_file_actions_init(actions);
    }

    @Override
    public void fileActionsDestroy(Pointer actions) {
        C.posix_spawn_file_actions_destroy(actions);
    }

    @Override
    public int fileActionsAddOpen(Pointer actions, int descriptor, byte[] path, int flags) {
        return -C.posix_spawn_file_actions_addopen(actions, descriptor, path, flags, 0);
    }

    @Override
    public int fileActionsAddDup2(Pointer actions, int from, int to) {
        return -C.posix_spawn_file_actions_adddup2(actions, from, to);
    }

    @Override
    public int fileActionsAddClose(Pointer actions, int descriptor) {
        return -C.posix_spawn_file_actions_addclose(actions, descriptor);
    }

    @Override
    public int fileActionsAddCloseFrom(Pointer actions, int descriptor) {
        return -C.posix_spawn_file_actions_addclosefrom_np(actions, descriptor);
    }

    @Override
    public int fileActionsAddChdir(Pointer actions, byte[] path) {
        return -C.posix_spawn_file_actions_addchdir_np(actions, path);
    }

    @Override
    public void attributesInit(Pointer attributes) {
        C.posix_spawnattr_init(attributes);
    }

    @Override
    public int attributesSet(Pointer attributes, short flags, Pointer signalMask, Pointer defaultSignals) {
        int error = C.posix_spawnattr_setflags(attributes, flags);
        error = error == 0 ? C.posix_spawnattr_setsigmask(attributes, signalMask) : error;
        error = error == 0 ? C.posix_spawnattr_setsigdefault(attributes, defaultSignals) : error;
        return -error;
    }

    private static int checked(int result) {
        return result < 0 ? -Native.getLastError() : result;
    }

    /** The functions by their C names. */
    private static final class C {
        static native int pipe2(int[] ends, int flags);

        static native int open(byte[] path, int flags, int mode);

        static native int openat(int directory, byte[] path, int flags, int mode);

        static native int mkfifo(byte[] path, int mode);

        static native int close(int descriptor);

        static native int fcntl(int descriptor, int command, long argument);

        static native int flock(int descriptor, int operation);

        static native int ioctl(int descriptor, long request, Pointer argument);

        static native int socket(int domain, int type, int protocol);

        static native int bind(int socket, Pointer address, int length);

        static native int listen(int socket, int backlog);

        static native int connect(int socket, Pointer address, int length);

        static native int accept4(int socket, long address, long length, int flags);

        static native long recvmsg(int socket, Pointer message, int flags);

        static native long syscall(long number, long a, long b, long c, long d);

        static native int kill(int pid, int signal);

        static native int wait4(int pid, int[] status, int options, Pointer usage);

        static native int waitid(int type, int id, Pointer info, int options);

        static native int prctl(int option, long a, long b, long c, long d);

        static native int unshare(int flags);

        static native int umask(int mask);

        static native int setpriority(int which, int who, int priority);

        static native int sched_setaffinity(int pid, long size, Pointer mask);

        static native int chroot(byte[] path);

        static native int posix_spawn(
                int[] pid, Pointer path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

        static native int posix_spawn_file_actions_init(Pointer actions);

        static native int posix_spawn_file_actions_destroy(Pointer actions);

        static native int posix_spawn_file_actions_addopen(
                Pointer actions, int descriptor, byte[] path, int flags, int mode);

        static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

        static native int posix_spawn_file_actions_addclose(Pointer actions, int descriptor);

        static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int descriptor);

        static native int posix_spawn_file_actions_addchdir_np(Pointer actions, byte[] path);

        static native int posix_spawnattr_init(Pointer attributes);

        static native int posix_spawnattr_setflags(Pointer attributes, short flags);

        static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer set);

        static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer set);
    }
}
