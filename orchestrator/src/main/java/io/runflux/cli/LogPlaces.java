// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Where the logs of containers are: a file for each, with the URI and the runtime, which the {@code run} that writes
 * the log keeps locked and removes in the end. One that nobody has locked was left by a command that was killed.
 * Blocks.
 *
 * <p>A process that closes a file loses its locks of it (fcntl(2)), so who has written a place asks for no others.
 */
final class LogPlaces {
    private static final Set<OpenOption> WRITING = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<?> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int MAX_BYTES = 64 * 1024;
    private static final int ATTEMPTS = 10;
    private static final String SUFFIX = ".uri";

    private final Path directory;

    LogPlaces(Path stateDirectory) {
        directory = stateDirectory.resolve("logs");
    }

    private Path file(ContainerId id) {
        return directory.resolve(id.value() + SUFFIX);
    }

    /**
     * Writes down the log of a container, and what runtime it is of; null if another command that runs has done so for
     * the same one.
     */
    @Nullable
    Place write(ContainerId id, String runtime, LogTarget log) {
        Path file = file(id);
        try {
            StateDirectory.makePrivate(directory);
            FileChannel channel = openLocked(file);
            if (channel == null) {
                return null;
            }
            write(channel, log.text() + "\n" + runtime + "\n");
            return new Place(file, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write down where the log is: " + e.getMessage(), e);
        }
    }

    /** Who removes a file has it locked, so one that is there and locked stays; null if another has it locked. */
    private static @Nullable FileChannel openLocked(Path file) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            FileChannel.open(file, WRITING, OWNER_ALONE).close();
            Object key = keyOf(file);
            FileChannel channel = FileChannel.open(file, WRITING, OWNER_ALONE);
            if (lock(channel) == null) {
                channel.close();
                return null;
            }
            if (key != null && key.equals(keyOf(file))) {
                return channel;
            }
            channel.close();
        }
        throw new IOException(file + " is removed again and again");
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private static void write(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        channel.truncate(0);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Null if another has it. */
    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameJvm) {
            return null;
        }
    }

    /** Returns where the log of a container is; null if none was written down. */
    @Nullable
    LogTarget find(ContainerId id) {
        try {
            List<String> lines = linesOf(file(id));
            return LogTarget.parse(lines.isEmpty() ? "" : lines.get(0));
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("cannot read " + file(id) + ": " + e.getMessage(), e);
        }
    }

    /** Tells whether a command that runs still writes the log. */
    boolean isWritten(ContainerId id) {
        try (FileChannel channel = FileChannel.open(file(id), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            FileLock lock = lock(channel);
            return lock == null;
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what a command that was killed has left of a container that is gone. */
    void forget(ContainerId id) throws IOException {
        Path file = file(id);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            FileLock lock = lock(channel);
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException none) {
            return;
        }
    }

    /** Returns the containers of a runtime with logs that no command that runs writes. */
    List<ContainerId> left(String runtime) throws IOException {
        List<ContainerId> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                ContainerId id = idOf(file);
                if (isOf(runtime, file) && !isWritten(id)) {
                    found.add(id);
                }
            }
            return found;
        } catch (NoSuchFileException none) {
            return found;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static ContainerId idOf(Path file) {
        String name = file.toFile().getName();
        return ContainerId.of(name.substring(0, name.length() - SUFFIX.length()));
    }

    /** A command that was killed before it wrote anything had no container of any runtime. */
    private static boolean isOf(String runtime, Path file) throws IOException {
        List<String> lines = linesOf(file);
        return lines.isEmpty() || (lines.size() == 2 && lines.get(1).equals(runtime));
    }

    private static List<String> linesOf(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > MAX_BYTES) {
            throw new IOException("it is too long");
        }
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    /** What was written down. */
    record Place(Path file, FileChannel channel) {
        Mono<Void> remove() {
            return Mono.<Void>fromCallable(this::removeNow).subscribeOn(Schedulers.boundedElastic());
        }

        private @Nullable Void removeNow() throws IOException {
            try (channel) {
                Files.deleteIfExists(file);
            }
            return null;
        }
    }
}
