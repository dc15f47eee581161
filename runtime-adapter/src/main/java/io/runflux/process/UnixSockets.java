// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;

/**
 * Unix sockets and the descriptors that come over them (unix(7), cmsg(3)), on 64-bit systems. Netty's own receiving
 * would not do: what it receives is inherited by children that are started meanwhile, data without a descriptor makes
 * it return whatever {@code errno} was before, and of two descriptors in one message it loses both.
 */
final class UnixSockets {
    /** What {@link #receive} returns when the connection has ended. */
    static final int END = Integer.MIN_VALUE;
    /** What {@link #receive} returns when something else came than one descriptor. */
    static final int JUNK = Integer.MIN_VALUE + 1;

    private static final int PATH_OFFSET = 2;
    private static final int DATA = 64;
    private static final int VECTOR = 80;
    private static final int CONTROL = 96;
    private static final int CONTROL_HEADER_BYTES = 16;
    private static final int ONE_DESCRIPTOR = CONTROL_HEADER_BYTES + Integer.BYTES;

    private UnixSockets() {}

    /**
     * Listens at a path.
     *
     * @param path ended by NUL
     * @return the socket, or a negated errno
     */
    static int listen(Libc libc, byte[] path) {
        int socket = open(libc);
        if (socket < 0) {
            return socket;
        }
        int error = libc.bind(socket, address(path), PATH_OFFSET + path.length);
        error = error < 0 ? error : libc.listen(socket, 1);
        return closedUnless(error == 0, libc, socket, error);
    }

    /**
     * Connects to a path, never waiting.
     *
     * @param path ended by NUL
     * @return the connection, or a negated errno, {@code EAGAIN} if too many wait there already
     */
    static int connect(Libc libc, byte[] path) {
        int socket = open(libc);
        if (socket < 0) {
            return socket;
        }
        int error;
        do {
            error = libc.connect(socket, address(path), PATH_OFFSET + path.length);
        } while (error == -Linux.EINTR);
        return closedUnless(error == 0, libc, socket, error);
    }

    private static int open(Libc libc) {
        return libc.socket(Linux.AF_UNIX, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK, 0);
    }

    private static Pointer address(byte[] path) {
        Pointer address = Scratch.get();
        address.setShort(0, (short) Linux.AF_UNIX);
        address.write(PATH_OFFSET, path, 0, path.length);
        return address;
    }

    private static int closedUnless(boolean isGood, Libc libc, int socket, int error) {
        if (isGood) {
            return socket;
        }
        libc.close(socket);
        return error;
    }

    /** Returns the connection, or a negated errno. */
    static int accept(Libc libc, int socket) {
        int connection;
        do {
            connection = libc.accept(socket, Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK);
        } while (connection == -Linux.EINTR);
        return connection;
    }

    /**
     * Receives one descriptor, which children do not inherit. There is room for one, so the kernel itself closes more.
     *
     * @return the descriptor, {@link #END}, {@link #JUNK}, or a negated errno
     */
    static int receive(Libc libc, int connection) {
        Pointer message = Scratch.get();
        message.setPointer(VECTOR, message.share(DATA));
        message.setLong(VECTOR + 8, 1);
        message.setPointer(16, message.share(VECTOR));
        message.setLong(24, 1);
        message.setPointer(32, message.share(CONTROL));
        message.setLong(40, ONE_DESCRIPTOR);
        int count;
        do {
            count = libc.receiveMessage(connection, message, Linux.MSG_CMSG_CLOEXEC);
        } while (count == -Linux.EINTR);
        return count < 0 ? count : descriptorIn(libc, message, count);
    }

    private static int descriptorIn(Libc libc, Pointer message, int count) {
        boolean hasDescriptor = message.getLong(40) >= ONE_DESCRIPTOR
                && message.getLong(CONTROL) == ONE_DESCRIPTOR
                && message.getInt(CONTROL + 8) == Linux.SOL_SOCKET
                && message.getInt(CONTROL + 12) == Linux.SCM_RIGHTS;
        if (!hasDescriptor) {
            return count == 0 ? END : JUNK;
        }
        int descriptor = message.getInt(CONTROL + CONTROL_HEADER_BYTES);
        if ((message.getInt(48) & Linux.MSG_CTRUNC) != 0) {
            libc.close(descriptor);
            return JUNK;
        }
        return descriptor;
    }
}
