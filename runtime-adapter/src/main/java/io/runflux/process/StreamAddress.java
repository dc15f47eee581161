// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a FIFO or a unix socket of somebody else is.
 *
 * @param kind which of the two
 * @param path absolute, without {@code .} and {@code ..}
 */
public record StreamAddress(Kind kind, Path path) {
    /** What is at a path. */
    public enum Kind {
        /** A FIFO (fifo(7)). */
        FIFO,
        /** A unix socket of connections (unix(7)). */
        SOCKET
    }

    /**
     * Checks the path.
     *
     * @param kind which of the two
     * @param path where it is
     * @throws IllegalArgumentException if the path is not absolute, or has {@code .}, {@code ..} or NUL in it
     */
    public StreamAddress {
        Objects.requireNonNull(kind, "kind");
        boolean isPlain = path.isAbsolute() && path.equals(path.normalize()) && path.getNameCount() > 0;
        if (!isPlain || path.toString().indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "path of a FIFO or socket must be absolute, without '.' and '..', was '" + path + "'");
        }
    }

    /**
     * Returns a FIFO.
     *
     * @param path absolute
     * @return its address
     * @throws IllegalArgumentException if the path is not absolute, or has {@code .} or {@code ..} in it
     */
    public static StreamAddress fifo(Path path) {
        return new StreamAddress(Kind.FIFO, path);
    }

    /**
     * Returns a unix socket.
     *
     * @param path absolute, of any length
     * @return its address
     * @throws IllegalArgumentException if the path is not absolute, or has {@code .} or {@code ..} in it
     */
    public static StreamAddress socket(Path path) {
        return new StreamAddress(Kind.SOCKET, path);
    }

    /**
     * Returns the kind and the path.
     *
     * @return for people to read
     */
    @Override
    public String toString() {
        return (kind == Kind.FIFO ? "FIFO " : "socket ") + path;
    }
}
