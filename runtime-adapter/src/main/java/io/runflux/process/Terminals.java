// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;

/** Pseudo-terminals (pts(4)). */
final class Terminals {
    private Terminals() {}

    /**
     * Opens a master that neither blocks nor is inherited, and unlocks its slave. The slave itself is for the child to
     * open, whose controlling terminal it thereby becomes.
     *
     * @return the master, or a negated errno
     */
    static int openMaster(Libc libc, TerminalSize size) {
        int flags = Linux.O_RDWR | Linux.O_NOCTTY | Linux.O_CLOEXEC | Linux.O_NONBLOCK;
        int master = libc.open(Linux.cString("/dev/ptmx"), flags, 0);
        if (master < 0) {
            return master;
        }
        int error = libc.ioctl(master, Linux.TIOCSPTLCK, Scratch.get());
        error = error < 0 ? error : resize(libc, master, size);
        if (error < 0) {
            libc.close(master);
            return error;
        }
        return master;
    }

    /** Sets a {@code struct winsize}: rows, columns and two unused numbers of 16 bits (ioctl_tty(2)). */
    static int resize(Libc libc, int master, TerminalSize size) {
        Pointer window = Scratch.get();
        window.setShort(0, (short) size.rows());
        window.setShort(2, (short) size.columns());
        return libc.ioctl(master, Linux.TIOCSWINSZ, window);
    }

    /** Only a master has a number. */
    static boolean isMaster(Libc libc, int descriptor) {
        return libc.ioctl(descriptor, Linux.TIOCGPTN, Scratch.get()) >= 0;
    }

    static String slaveOf(Libc libc, int master) {
        Pointer number = Scratch.get();
        int error = libc.ioctl(master, Linux.TIOCGPTN, number);
        if (error < 0) {
            throw new ProcessException("finding the terminal: " + Linux.describe(-error), null);
        }
        return "/dev/pts/" + number.getInt(0);
    }
}
