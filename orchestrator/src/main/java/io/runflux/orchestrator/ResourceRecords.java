// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The records of what containers hold, a file each. A file appears and changes at once, and is on disk before the call
 * that wrote it returns. What is read is trusted to be our own, so the directory and its files must be this user's
 * alone, and no links. Every method blocks.
 */
final class ResourceRecords {
    private static final String SUFFIX = ".json";
    private static final String UNFINISHED = ".part";
    /** What was not finished after that long will not be. */
    private static final Duration FINISHING = Duration.ofHours(1);

    private static final int MAX_BYTES = 4 << 20;
    private static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(DIRECTORY_MODE);
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> OWNER_ONLY_FILE = PosixFilePermissions.asFileAttribute(FILE_MODE);

    private final Path directory;

    ResourceRecords(Path directory) {
        this.directory = directory;
    }

    void write(String name, ResourceRecord record) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(record.toJson());
        if (bytes.remaining() > MAX_BYTES) {
            throw new FileSystemException(
                    file(name).toString(),
                    null,
                    "would be " + bytes.remaining() + " bytes, and may be at most " + MAX_BYTES);
        }
        Files.createDirectories(directory, OWNER_ONLY);
        checkDirectory();
        Path prepared = directory.resolve("." + UUID.randomUUID() + UNFINISHED);
        try {
            writeAndForce(prepared, bytes);
            Files.move(prepared, file(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(prepared);
            throw e;
        }
        force();
    }

    void remove(String name) throws IOException {
        if (Files.deleteIfExists(file(name))) {
            force();
        }
    }

    /** Returns the names of the records, and removes what a crash has left of one that was being written. */
    List<String> names() throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        checkDirectory();
        List<String> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
        for (String file : files) {
            if (file.startsWith(".") && file.endsWith(UNFINISHED)) {
                removeIfOld(directory.resolve(file));
            }
        }
        return files.stream()
                .filter(file -> file.endsWith(SUFFIX) && !file.startsWith("."))
                .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                .toList();
    }

    /** Returns a record; nothing if it has gone. */
    Optional<ResourceRecord> read(String name) throws IOException {
        Path file = file(name);
        try {
            checkFile(file);
            return Optional.of(ResourceRecord.parse(text(file)));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new FileSystemException(
                    file.toString(), null, "is no record of resources, and is left alone: " + e.getMessage());
        }
    }

    private Path file(String name) {
        return directory.resolve(name + SUFFIX);
    }

    private static void removeIfOld(Path unfinished) throws IOException {
        try {
            Instant changed = Files.getLastModifiedTime(unfinished, LinkOption.NOFOLLOW_LINKS)
                    .toInstant();
            if (changed.isBefore(Instant.now().minus(FINISHING))) {
                Files.deleteIfExists(unfinished);
            }
        } catch (NoSuchFileException finished) {
            // Its writer was faster.
        }
    }

    private void checkDirectory() throws IOException {
        PosixFileAttributes attributes = attributes(directory);
        boolean isOurs = attributes.isDirectory()
                && attributes.owner().equals(FileReleases.thisUser())
                && DIRECTORY_MODE.containsAll(attributes.permissions());
        if (!isOurs) {
            throw new FileSystemException(
                    directory.toString(), null, "must be a directory of this user, with mode 0700, and no link");
        }
    }

    private static void checkFile(Path file) throws IOException {
        PosixFileAttributes attributes = attributes(file);
        boolean isOurs = attributes.isRegularFile()
                && attributes.owner().equals(FileReleases.thisUser())
                && FILE_MODE.containsAll(attributes.permissions())
                && attributes.size() <= MAX_BYTES;
        if (!isOurs) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    "must be a regular file of this user, with mode 0600 and at most " + MAX_BYTES
                            + " bytes, and is left alone");
        }
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static String text(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        }
    }

    private static void writeAndForce(Path file, ByteBuffer bytes) throws IOException {
        Set<StandardOpenOption> isNew = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(file, isNew, OWNER_ONLY_FILE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private void force() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
