// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;

/**
 * The calls that the native launcher makes. Where C returns -1 and sets {@code errno}, these return the negated errno,
 * as the kernel itself does. Implemented once, by {@link JnaLibc}; tests put faults in between.
 */
interface Libc {
    int pipe2(int[] ends, int flags);

    int open(byte[] path, int flags, int mode);

    /** Opens a file relative to a directory. */
    int openat(int directory, byte[] path, int flags);

    int mkfifo(byte[] path, int mode);

    int close(int descriptor);

    /** Closes all descriptors from a number on. */
    int closeRange(int first, int flags);

    int fcntl(int descriptor, int command, long argument);

    int flock(int descriptor, int operation);

    int ioctl(int descriptor, long request, Pointer argument);

    int socket(int domain, int type, int protocol);

    int bind(int socket, Pointer address, int length);

    int listen(int socket, int backlog);

    int connect(int socket, Pointer address, int length);

    /** Accepts a connection, whoever it comes from. */
    int accept(int socket, int flags);

    /** Returns how many bytes came, not counting what came beside them. */
    int receiveMessage(int socket, Pointer message, int flags);

    int pidfdOpen(int pid);

    /** Returns a duplicate of a descriptor of the process. */
    int pidfdGetfd(int pidfd, int descriptor);

    int pidfdSendSignal(int pidfd, int signal, int flags);

    int kill(int pid, int signal);

    /** Returns the pid that was reaped, or 0 if there is nothing to reap yet. */
    int wait4(int pid, int[] status, int options, Pointer usage);

    /**
     * Reaps the child that a pidfd names, if it has ended, without waiting.
     *
     * @param how takes {@code si_code}, or 0 if it has not ended, and {@code si_status}
     */
    int waitPidfd(int pidfd, int[] how);

    /** Looks, without reaping, for a child that has ended; returns its pid, or 0 if there is none. */
    int findEndedChild();

    int prctl(int option, long argument);

    int unshare(int flags);

    int umask(int mask);

    int setpriority(int which, int who, int priority);

    int schedSetaffinity(int pid, long size, Pointer mask);

    int chroot(byte[] path);

    /** Returns 0, or the positive errno of what failed in the child, {@code exec} included. */
    int posixSpawn(int[] pid, Pointer path, Pointer fileActions, Pointer attributes, Pointer argv, Pointer envp);

    void fileActionsInit(Pointer actions);

    void fileActionsDestroy(Pointer actions);

    int fileActionsAddOpen(Pointer actions, int descriptor, byte[] path, int flags);

    int fileActionsAddDup2(Pointer actions, int from, int to);

    int fileActionsAddClose(Pointer actions, int descriptor);

    int fileActionsAddCloseFrom(Pointer actions, int descriptor);

    int fileActionsAddChdir(Pointer actions, byte[] path);

    void attributesInit(Pointer attributes);

    /** Sets the flags, and the two sets of signals that the flags tell of. The process group is the child's own. */
    int attributesSet(Pointer attributes, short flags, Pointer signalMask, Pointer defaultSignals);
}
