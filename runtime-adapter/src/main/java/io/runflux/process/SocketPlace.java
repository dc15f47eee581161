// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A directory that only this user may enter, for one unix socket, or one FIFO. */
final class SocketPlace {
    /** What {@code sun_path} holds, less the NUL (unix(7)). */
    private static final int MAX_PATH_BYTES = 107;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path directory;
    private final Path socket;
    private final Sinks.Empty<Void> removed = Sinks.empty();

    private SocketPlace(Path directory, String name) {
        this.directory = directory;
        socket = directory.resolve(name);
    }

    /**
     * Makes the directory, on a thread that may block.
     *
     * @throws ProcessException if that fails, or the socket's path would be too long
     */
    static SocketPlace create(Path parent) {
        return create(parent, "socket");
    }

    static SocketPlace create(Path parent, String file) {
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        String name = "runflux-" + HexFormat.of().formatHex(random);
        SocketPlace place = new SocketPlace(parent.toAbsolutePath().resolve(name), file);
        int bytes = place.addressBytes().length - 1;
        if (bytes > MAX_PATH_BYTES) {
            throw new ProcessException(
                    "the path of a unix socket must not be longer than " + MAX_PATH_BYTES + " bytes, was " + bytes
                            + ", so java.io.tmpdir is too long: " + place.socket,
                    null);
        }
        try {
            Files.createDirectory(
                    place.directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new ProcessException("making a directory for a socket: " + e, e);
        }
        return place;
    }

    Path socket() {
        return socket;
    }

    /** The socket's path, ended by NUL. */
    byte[] addressBytes() {
        return Linux.cString(socket.toString());
    }

    /** Lets this user alone connect, also if the directory were opened to others. */
    void restrict() throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }

    /** Removes the socket and the directory, on a thread that may block. */
    void removeElsewhere() {
        elsewhere(this::remove);
    }

    /** Runs something on a thread that may block, or here if there is none any more. */
    static void elsewhere(Runnable removal) {
        try {
            Disposable unused = Schedulers.boundedElastic().schedule(removal);
        } catch (RejectedExecutionException e) {
            removal.run();
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
            removed.tryEmitEmpty();
        } catch (IOException e) {
            removed.tryEmitError(new ProcessException("removing " + directory + ": " + e, e));
        }
    }

    /** Completes once everything is removed. */
    Mono<Void> removed() {
        return removed.asMono();
    }
}
