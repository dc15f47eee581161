// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import static io.runflux.attach.PrivateSocket.UNREADY;
import static io.runflux.attach.PrivateSocket.isListenedTo;

import io.runflux.events.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;

/** Where the sockets of containers are. Blocks. */
final class AttachSocket {
    private static final int HASH_CHARACTERS = 24;
    private static final String READY = ".sock";
    /** What was not moved to its name after that long will not be. */
    private static final Duration MAKING = Duration.ofMinutes(1);

    private AttachSocket() {}

    /** Returns the socket of a container; its name is the container's if that is not too long. */
    static Path pathOf(Path directory, ContainerId id) {
        Path path = directory.resolve(id.value() + READY);
        return PrivateSocket.isShort(path) ? path : PrivateSocket.checked(directory.resolve(hash(id.value()) + READY));
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Chooses a place. Fails if somebody listens there already. */
    static PrivateSocket choose(Path directory, ContainerId id) throws IOException {
        PrivateSocket socket = PrivateSocket.choose(pathOf(directory, id));
        if (socket == null) {
            throw new IOException("another command holds a container " + id);
        }
        return socket;
    }

    /** Removes what commands have left that were killed. */
    static void sweep(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*{" + READY + "," + UNREADY + "}")) {
            for (Path file : files) {
                removeIfLeft(file);
            }
        } catch (NoSuchFileException none) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** One that was moved away before it is looked at again is not replaced meanwhile. */
    private static void removeIfLeft(Path file) throws IOException {
        try {
            if (isListenedTo(file) || isBeingMade(file)) {
                return;
            }
            Path away = PrivateSocket.unready(Objects.requireNonNull(file.getParent()));
            Files.move(file, away, StandardCopyOption.ATOMIC_MOVE);
            if (isListenedTo(away)) {
                Files.move(away, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.deleteIfExists(away);
            }
        } catch (NoSuchFileException removed) {
            return;
        }
    }

    private static boolean isBeingMade(Path file) throws IOException {
        return file.toString().endsWith(UNREADY)
                && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isAfter(Instant.now().minus(MAKING));
    }
}
