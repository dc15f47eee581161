// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a log, opened step by step from the root, no step through a symbolic link. All that follows goes by
 * its descriptor, so that nobody can put another directory in its place. Blocks.
 */
final class LogDirectory implements Closeable {
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final SecureDirectoryStream<Path> directory;
    private final LogNames names;

    private LogDirectory(Path path, SecureDirectoryStream<Path> directory, LogNames names) {
        this.path = path;
        this.directory = directory;
        this.names = names;
    }

    /** Opens the directory of a file, which must be there. */
    static LogDirectory of(Path file, List<Path> allowedRoots) throws IOException {
        Path parent = Objects.requireNonNull(file.getParent());
        if (allowedRoots.stream().noneMatch(parent::startsWith)) {
            throw new FileSystemException(
                    file.toString(), null, "is below none of the allowed roots, which are " + allowedRoots);
        }
        String name = Objects.requireNonNull(file.getFileName()).toString();
        return new LogDirectory(parent, walk(parent), new LogNames(name));
    }

    private static SecureDirectoryStream<Path> walk(Path path) throws IOException {
        Path at = Objects.requireNonNull(path.getRoot());
        SecureDirectoryStream<Path> place =
                secure(at, at.getFileSystem().provider().newDirectoryStream(at, entry -> true));
        for (Path name : path) {
            at = at.resolve(name);
            place = step(place, name, at);
        }
        return place;
    }

    private static SecureDirectoryStream<Path> secure(Path path, DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new FileSystemException(path.toString(), null, "cannot be opened without following symbolic links here");
    }

    private static SecureDirectoryStream<Path> step(SecureDirectoryStream<Path> above, Path name, Path at)
            throws IOException {
        try (above) {
            return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(at.toString());
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(at.toString());
        } catch (FileSystemException e) {
            throw new FileSystemException(
                    at.toString(), null, "must be a directory, and no symbolic link (" + e.getReason() + ")");
        }
    }

    LogNames names() {
        return names;
    }

    /** Returns where the file is that is locked while the log is written. */
    Path lock() {
        return path.resolve(names.lock());
    }

    /** Creates the file that is locked, if there is none, and returns its key. */
    Object ensureLock() throws IOException {
        Object key = key(names.lock());
        if (key == null) {
            open(names.lock(), Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS))
                    .close();
            key = key(names.lock());
        }
        if (key == null) {
            throw new NoSuchFileException(lock().toString());
        }
        return key;
    }

    /** Opens or creates the current file for writing, with the mode that it is to have. */
    FileChannel openCurrent(boolean isGroupReadable) throws IOException {
        return openToWrite(StandardOpenOption.CREATE, isGroupReadable);
    }

    /** Creates the current file. */
    FileChannel createCurrent(boolean isGroupReadable) throws IOException {
        return openToWrite(StandardOpenOption.CREATE_NEW, isGroupReadable);
    }

    private FileChannel openToWrite(OpenOption creation, boolean isGroupReadable) throws IOException {
        requireRegular(names.current());
        FileChannel file = open(
                names.current(),
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, creation, LinkOption.NOFOLLOW_LINKS));
        try {
            setMode(isGroupReadable);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void setMode(boolean isGroupReadable) throws IOException {
        PosixFileAttributeView view = Objects.requireNonNull(directory.getFileAttributeView(
                Path.of(names.current()), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
        view.setPermissions(isGroupReadable ? PosixFilePermissions.fromString("rw-r-----") : OWNER_ALONE);
    }

    /** Returns null if there is no such file. */
    @Nullable
    FileChannel openToRead(String name) throws IOException {
        try {
            requireRegular(name);
            return open(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private FileChannel open(String name, Set<OpenOption> options) throws IOException {
        return (FileChannel)
                directory.newByteChannel(Path.of(name), options, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    }

    /** A FIFO would block its opener, a device do anything. */
    private void requireRegular(String name) throws IOException {
        BasicFileAttributes attributes = attributes(name);
        if (attributes != null && !attributes.isRegularFile()) {
            throw new FileSystemException(path.resolve(name).toString(), null, "must be a regular file");
        }
    }

    /** Returns what no other file has as long as this one exists or is open; null if there is none. */
    @Nullable
    Object key(String name) throws IOException {
        BasicFileAttributes attributes = attributes(name);
        return attributes == null ? null : attributes.fileKey();
    }

    private @Nullable BasicFileAttributes attributes(String name) throws IOException {
        try {
            return Objects.requireNonNull(directory.getFileAttributeView(
                            Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS))
                    .readAttributes();
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    /** Returns the numbers of the files that are full. */
    NavigableSet<Long> rotated() throws IOException {
        TreeSet<Long> numbers = new TreeSet<>();
        try (SecureDirectoryStream<Path> again = directory.newDirectoryStream(Path.of("."))) {
            for (Path file : again) {
                names.numberOf(Objects.requireNonNull(file.getFileName()).toString())
                        .ifPresent(numbers::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return numbers;
    }

    void rename(String from, String to) throws IOException {
        directory.move(Path.of(from), directory, Path.of(to));
    }

    void delete(String name) throws IOException {
        try {
            directory.deleteFile(Path.of(name));
        } catch (NoSuchFileException gone) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
