// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import io.runflux.events.ContainerId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The path of a socket. It is made under another name, and moved to its own once it may be connected to; whatever a
 * command that was killed has left there is replaced by that. Blocks.
 */
final class AttachSocket {
    /** What {@code sun_path} holds, less the NUL (unix(7)). */
    private static final int MAX_PATH_BYTES = 107;

    private static final int HASH_CHARACTERS = 24;
    private static final String READY = ".sock";
    private static final String UNREADY = ".new";
    /** What was not moved to its name after that long will not be. */
    private static final Duration MAKING = Duration.ofMinutes(1);

    private final Path path;
    private final Path unready;
    private @Nullable Object key;

    private AttachSocket(Path path, Path unready) {
        this.path = path;
        this.unready = unready;
    }

    /** Returns the socket of a container; its name is the container's if that is not too long. */
    static Path pathOf(Path directory, ContainerId id) {
        Path path = directory.resolve(id.value() + READY);
        return isShort(path) ? path : checked(directory.resolve(hash(id.value()) + READY));
    }

    private static boolean isShort(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
    }

    private static Path checked(Path path) {
        if (!isShort(path)) {
            throw new IllegalArgumentException("the path of a socket must have at most " + MAX_PATH_BYTES
                    + " bytes, which leaves no room for one in " + path.getParent());
        }
        return path;
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
    static AttachSocket choose(Path directory, ContainerId id) throws IOException {
        Path path = pathOf(directory, id);
        if (isListenedTo(path)) {
            throw new IOException("another command holds a container " + id);
        }
        return new AttachSocket(path, unready(directory));
    }

    private static Path unready(Path directory) {
        String name = UUID.randomUUID().toString().substring(0, HASH_CHARACTERS);
        return checked(directory.resolve(name + UNREADY));
    }

    /** Who has more to accept than the kernel keeps listens as well. */
    private static boolean isListenedTo(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException nobody) {
            return false;
        } catch (SocketException busyOrGone) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        }
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
            Path away = unready(Objects.requireNonNull(file.getParent()));
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

    /** Returns where to listen. */
    Path unready() {
        return unready;
    }

    /** Lets this user connect. */
    void publish() throws IOException {
        Files.setPosixFilePermissions(unready, PosixFilePermissions.fromString("rw-------"));
        key = keyOf(unready);
        Files.move(unready, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes it, and none that another has put there since. */
    void remove() throws IOException {
        Files.deleteIfExists(unready);
        if (key != null && key.equals(keyOf(path))) {
            Files.deleteIfExists(path);
        }
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        try {
            return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException none) {
            return null;
        }
    }
}
