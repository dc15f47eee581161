// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories that calls keep their files in. Their names tell the process that they belong to, so that a later one
 * can remove what a process that was killed has left. Others may write beside them, so what is removed must be this
 * user's, who alone may enter it, and is reached through no link. Every method blocks.
 */
final class CallDirectories {
    private static final Logger log = LoggerFactory.getLogger(CallDirectories.class);
    private static final String PREFIX = "runflux-call-";

    /** A runtime may outlive the process that called it, and writes to its directory for as long as one call takes. */
    private static final Duration MAX_CALL = Duration.ofHours(1);

    private CallDirectories() {}

    /** Returns a name that nobody guesses; random numbers for that may have to be waited for. */
    static String newName() {
        return PREFIX + owner() + UUID.randomUUID();
    }

    /** Where nobody can be told by a number, nothing is swept. */
    private static String owner() {
        try {
            return CallOwner.current() + "-";
        } catch (IOException e) {
            log.debug("directories of calls do not tell whose they are", e);
            return "";
        }
    }

    /** Makes one for this user alone; of what it is to lie in, the default alone. */
    static void make(Path directory) throws IOException {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(Paths.OWNER_ONLY);
        try {
            Files.createDirectory(directory, ownerOnly);
        } catch (NoSuchFileException e) {
            if (!Paths.callDirectory().equals(directory.getParent())) {
                throw e;
            }
            Files.createDirectories(Paths.callDirectory(), ownerOnly);
            Files.createDirectory(directory, ownerOnly);
        }
    }

    /** Removes what those have left that have ended. What goes wrong is no reason to fail. */
    static void sweep(Path parent) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, PREFIX + "*")) {
            if (entries instanceof SecureDirectoryStream<Path> secure) {
                secure.forEach(entry -> sweep(secure, entry.getFileName()));
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("{} is not swept", parent, e);
        }
    }

    private static void sweep(SecureDirectoryStream<Path> parent, Path name) {
        try {
            if (isLeft(name.toString().substring(PREFIX.length()))) {
                remove(parent, name);
            }
        } catch (IOException e) {
            log.debug("{} is left alone", name, e);
        }
    }

    private static boolean isLeft(String owner) throws IOException {
        CallOwner told = CallOwner.parse(owner).orElse(null);
        return told != null && !told.mayRun();
    }

    private static void remove(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        try (SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            if (!isOurs(directory)) {
                return;
            }
            for (Path file : directory) {
                directory.deleteFile(file.getFileName());
            }
        }
        parent.deleteDirectory(name);
    }

    private static boolean isOurs(SecureDirectoryStream<Path> directory) throws IOException {
        PosixFileAttributes attributes =
                directory.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
        return attributes.owner().equals(Files.getOwner(Path.of("/proc/self")))
                && Paths.OWNER_ONLY.containsAll(attributes.permissions())
                && attributes
                        .lastModifiedTime()
                        .toInstant()
                        .isBefore(Instant.now().minus(MAX_CALL));
    }
}
