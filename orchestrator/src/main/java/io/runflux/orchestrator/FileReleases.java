// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.Spec;
import io.runflux.orchestrator.Resource.Bundle;
import io.runflux.orchestrator.Resource.Directory;
import io.runflux.orchestrator.Resource.Mount;
import io.runflux.orchestrator.Resource.OnDisk;
import io.runflux.orchestrator.Resource.RegularFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what has a place among the files of this host. Each is reached from its root through open directories, none
 * of which is a link, so that nobody can lead us elsewhere meanwhile; and it must be this user's, and of its kind.
 * Every method but the first check blocks.
 */
final class FileReleases {
    private static final Logger log = LoggerFactory.getLogger(FileReleases.class);

    private static final Path ROOTFS = Path.of("rootfs");

    private final List<Path> roots;

    FileReleases(List<Path> roots) {
        this.roots = roots;
    }

    static UserPrincipal thisUser() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self)
                ? Files.getOwner(self)
                : self.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name"));
    }

    /** Refuses what lies elsewhere. */
    void checkPlace(OnDisk resource) {
        rootOf(resource);
    }

    /** Refuses what is there already, since it is somebody else's. Mounts go where something is. */
    void checkNew(OnDisk resource) throws IOException {
        if (!(resource instanceof Mount) && Files.exists(resource.path(), LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(resource.path().toString());
        }
    }

    /** Removes it; what is not there is removed. */
    void remove(OnDisk resource) throws IOException {
        Path root = rootOf(resource);
        try (SecureDirectoryStream<Path> directory = open(root)) {
            remove(directory, root.relativize(resource.path()), resource);
        } catch (NoSuchFileException gone) {
            log.debug("{} has gone already", resource.words());
        }
    }

    private Path rootOf(OnDisk resource) {
        Path path = resource.path();
        if (resource instanceof Bundle) {
            return Objects.requireNonNull(path.getParent());
        }
        return roots.stream()
                .filter(root -> path.startsWith(root) && !path.equals(root))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        resource.words() + " must be below one of the roots of resources, which are " + roots));
    }

    private void remove(SecureDirectoryStream<Path> directory, Path rest, OnDisk resource) throws IOException {
        Path name = rest.getName(0);
        if (rest.getNameCount() > 1) {
            try (SecureDirectoryStream<Path> next = enter(directory, name)) {
                remove(next, rest.subpath(1, rest.getNameCount()), resource);
            }
        } else if (resource instanceof Bundle) {
            removeBundle(directory, name, resource);
        } else {
            removeEntry(directory, name, resource);
        }
    }

    private static void removeEntry(SecureDirectoryStream<Path> directory, Path name, OnDisk resource)
            throws IOException {
        PosixFileAttributes attributes = attributes(directory, name);
        boolean isKind = resource instanceof Directory
                ? attributes.isDirectory()
                : resource instanceof RegularFile ? attributes.isRegularFile() : attributes.isOther();
        if (!isKind || !attributes.owner().equals(thisUser())) {
            throw new FileSystemException(resource.path().toString(), null, "is not what was held, and is left alone");
        }
        delete(directory, name, attributes);
    }

    /**
     * Hooks may have left files. Directories are not entered: something may be mounted there. But a runtime may have
     * made mount points in the root, and that nothing is mounted on the root itself the failed removal of it tells. The
     * configuration, which may hold secrets, goes first, whatever stays.
     */
    private static void removeBundle(SecureDirectoryStream<Path> parent, Path name, OnDisk resource)
            throws IOException {
        PosixFileAttributes attributes = attributes(parent, name);
        if (!attributes.isDirectory() || !attributes.owner().equals(thisUser())) {
            throw new FileSystemException(
                    resource.path().toString(), null, "is no bundle of this user, and is left alone");
        }
        try (SecureDirectoryStream<Path> bundle = enter(parent, name)) {
            deleteIfThere(bundle, Path.of(Spec.FILE_NAME));
            for (Path entry : namesIn(bundle)) {
                deleteUnlessFull(bundle, entry, resource);
            }
        }
        deleteUnlessFull(parent, name, resource);
    }

    private static void deleteUnlessFull(SecureDirectoryStream<Path> directory, Path name, OnDisk resource)
            throws IOException {
        try {
            delete(directory, name, attributes(directory, name));
        } catch (DirectoryNotEmptyException full) {
            if (!name.equals(ROOTFS) || !deleteWithMountPoints(directory, name)) {
                log.warn("left of {}: {} is not empty", resource.words(), name);
            }
        }
    }

    /** Returns false if there is more in it than empty directories, or something is mounted on one of them. */
    private static boolean deleteWithMountPoints(SecureDirectoryStream<Path> bundle, Path name) throws IOException {
        try (SecureDirectoryStream<Path> rootfs = enter(bundle, name)) {
            for (Path entry : namesIn(rootfs)) {
                rootfs.deleteDirectory(entry);
            }
        } catch (FileSystemException full) {
            return false;
        }
        bundle.deleteDirectory(name);
        return true;
    }

    private static void deleteIfThere(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        try {
            directory.deleteFile(name);
        } catch (NoSuchFileException gone) {
            log.debug("there is no {}", name);
        }
    }

    private static void delete(SecureDirectoryStream<Path> directory, Path name, PosixFileAttributes attributes)
            throws IOException {
        if (attributes.isDirectory()) {
            directory.deleteDirectory(name);
        } else {
            directory.deleteFile(name);
        }
    }

    private static List<Path> namesIn(SecureDirectoryStream<Path> directory) {
        List<Path> names = new ArrayList<>();
        directory.forEach(entry -> names.add(entry.getFileName()));
        return names;
    }

    private static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> directory, Path name)
            throws IOException {
        return directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }

    @SuppressWarnings("StreamResourceLeak")
    private static SecureDirectoryStream<Path> open(Path root) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(root);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new FileSystemException(root.toString(), null, "cannot be searched without following links");
    }

    private static PosixFileAttributes attributes(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        return directory
                .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }
}
