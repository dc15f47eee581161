// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The directory where containers and events are kept between commands. It is this user's alone. */
final class StateDirectory {
    private StateDirectory() {}

    /** Returns the given directory, or the default of this user, existing. */
    static Path open(@Nullable Path given) {
        Path directory = given == null ? defaultPath() : given.toAbsolutePath().normalize();
        try {
            makePrivate(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("the state directory " + directory + " cannot be used: " + reason(e), e);
        }
    }

    static boolean isDefault(Path directory) {
        return directory.equals(defaultPath());
    }

    /** Makes a directory for this user alone if there is none. */
    static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        check(directory);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "no access to " + denied.getFile();
        }
        if (e instanceof FileAlreadyExistsException file) {
            return file.getFile() + " is not a directory";
        }
        return e instanceof FileSystemException other ? other.toString() : String.valueOf(e.getMessage());
    }

    private static Path defaultPath() {
        if (CurrentUser.isRoot()) {
            return Path.of("/run/runflux");
        }
        String runtimeDirectory = System.getenv("XDG_RUNTIME_DIR");
        return runtimeDirectory == null
                ? Path.of(System.getProperty("java.io.tmpdir"), "runflux-" + CurrentUser.uid())
                : Path.of(runtimeDirectory, "runflux");
    }

    /** Somebody else's directory under a name that we expect could make us do their bidding. */
    private static void check(Path directory) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        Set<String> others = Set.of("GROUP_WRITE", "OTHERS_WRITE");
        boolean isWritableByOthers = attributes.permissions().stream().anyMatch(p -> others.contains(p.name()));
        if (!attributes.isDirectory() || !self.equals(owner) || isWritableByOthers) {
            throw new IOException("it must be a directory that belongs to this user and that nobody else can write to");
        }
    }
}
