// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The path of a socket that this user alone can connect to. It is made under another name, and moved to its own once it
 * may be connected to; whatever a process that was killed has left there is replaced by that. Blocks.
 */
public final class PrivateSocket {
    static final String UNREADY = ".new";

    /** What {@code sun_path} holds, less the NUL (unix(7)). */
    private static final int MAX_PATH_BYTES = 107;

    private static final int NAME_CHARACTERS = 24;

    private final Path path;
    private final Path unready;
    private @Nullable Object key;

    private PrivateSocket(Path path, Path unready) {
        this.path = path;
        this.unready = unready;
    }

    /**
     * Chooses a place.
     *
     * @param path the path, in a directory that is there and that nobody else may enter
     * @return the socket; null if somebody listens there already
     * @throws IOException if it cannot be looked at
     * @throws IllegalArgumentException if the path is too long
     */
    public static @Nullable PrivateSocket choose(Path path) throws IOException {
        Path place = checked(path);
        return isListenedTo(place)
                ? null
                : new PrivateSocket(place, unready(Objects.requireNonNull(place.getParent(), "directory")));
    }

    static boolean isShort(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
    }

    static Path checked(Path path) {
        if (!isShort(path)) {
            throw new IllegalArgumentException("the path of a socket must have at most " + MAX_PATH_BYTES
                    + " bytes, which leaves no room for one in " + path.getParent());
        }
        return path;
    }

    static Path unready(Path directory) {
        String name = UUID.randomUUID().toString().substring(0, NAME_CHARACTERS);
        return checked(directory.resolve(name + UNREADY));
    }

    /** Who has more to accept than the kernel keeps listens as well. */
    static boolean isListenedTo(Path path) throws IOException {
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

    /**
     * Returns where to listen.
     *
     * @return the path until {@link #publish()}
     */
    public Path unready() {
        return unready;
    }

    /**
     * Lets this user connect.
     *
     * @throws IOException if it cannot be moved to its name
     */
    public void publish() throws IOException {
        Files.setPosixFilePermissions(unready, PosixFilePermissions.fromString("rw-------"));
        key = keyOf(unready);
        Files.move(unready, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Removes it, and none that another has put there since.
     *
     * @throws IOException if it cannot be removed
     */
    public void remove() throws IOException {
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
