// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.attach.PrivateSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** The directory of a server's socket, which nobody else may enter. Blocks. */
final class SocketDirectory {
    private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");

    private SocketDirectory() {}

    /** Chooses the place of the socket; fails if it is not safe, or somebody listens there. */
    static PrivateSocket place(Path path) throws IOException {
        Path directory = Objects.requireNonNull(path.getParent(), "directory");
        make(directory);
        check(directory);
        boolean isThere = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (isThere && !isSocket(path)) {
            throw new IllegalArgumentException("'" + path + "' is there, and no socket");
        }
        PrivateSocket socket = PrivateSocket.choose(path);
        if (socket == null) {
            throw new IOException("somebody listens at '" + path + "' already");
        }
        return socket;
    }

    private static void make(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OURS));
        }
    }

    private static void check(Path directory) throws IOException {
        boolean isDirectory = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
        boolean isOurs = isDirectory
                && (int) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS) == ownUser()
                && OURS.containsAll(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS));
        if (!isOurs) {
            throw new IllegalArgumentException("the directory of the socket, '" + directory
                    + "', must be this user's, with the mode 0700, and no link");
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & 0xF000) == 0xC000;
    }

    static int ownUser() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
