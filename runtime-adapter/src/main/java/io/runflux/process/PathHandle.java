// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is at a path, held by a descriptor, so that nobody can put another thing in its place. The way to it is walked
 * step by step, none through a symbolic link. Blocks.
 */
final class PathHandle implements AutoCloseable {
    static final int FIFO = 0x1000;
    static final int REGULAR = 0x8000;
    static final int SOCKET = 0xC000;
    private static final int TYPE = 0xF000;
    private static final int FLAGS = Linux.O_PATH | Linux.O_NOFOLLOW | Linux.O_CLOEXEC;

    private final Libc libc;
    private final int descriptor;

    private PathHandle(Libc libc, int descriptor) {
        this.libc = libc;
        this.descriptor = descriptor;
    }

    /**
     * Walks to a path.
     *
     * @throws PeerUnavailableException if there is nothing
     * @throws ProcessException if something on the way is no directory, or the kernel refuses
     */
    static PathHandle open(Libc libc, Path path) {
        int at = check(libc.open(Linux.cString("/"), FLAGS, 0), path);
        for (Path name : path) {
            int next = libc.openat(at, Linux.cString(name.toString()), FLAGS);
            libc.close(at);
            at = check(next, path);
        }
        return new PathHandle(libc, at);
    }

    private static int check(int descriptor, Path path) {
        if (descriptor >= 0) {
            return descriptor;
        }
        if (descriptor == -Linux.ENOENT) {
            throw new PeerUnavailableException(
                    PeerUnavailableException.Reason.MISSING, "'" + path + "' does not exist");
        }
        String why = descriptor == -Linux.ENOTDIR
                ? "must lead through directories alone, and no symbolic link"
                : Linux.describe(-descriptor);
        throw new ProcessException("'" + path + "' " + why, null);
    }

    /** A name by which the kernel finds the very same thing. */
    String name() {
        return "/proc/self/fd/" + descriptor;
    }

    boolean isOf(int type) throws IOException {
        return ((int) Files.getAttribute(Path.of(name()), "unix:mode") & TYPE) == type;
    }

    @Override
    public void close() {
        libc.close(descriptor);
    }
}
