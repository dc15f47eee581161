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
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Where the logs of containers are: a file for each, with the URI, which the {@code run} that writes the log keeps
 * locked and removes in the end. One that nobody has locked was left by a command that was killed. Blocks.
 */
final class LogPlaces {
    private static final Set<OpenOption> WRITING = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final int MAX_BYTES = 64 * 1024;

    private final Path directory;

    LogPlaces(Path stateDirectory) {
        directory = stateDirectory.resolve("logs");
    }

    private Path file(ContainerId id) {
        return directory.resolve(id.value() + ".uri");
    }

    /** Writes down the log of a container; null if another command that runs has done so for the same one. */
    @Nullable
    Place write(ContainerId id, LogTarget log) {
        Path file = file(id);
        try {
            StateDirectory.makePrivate(directory);
            FileChannel channel = FileChannel.open(
                    file, WRITING, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return write(file, channel, log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write down where the log is: " + e.getMessage(), e);
        }
    }

    private static @Nullable Place write(Path file, FileChannel channel, LogTarget log) throws IOException {
        if (lock(channel) == null) {
            channel.close();
            return null;
        }
        ByteBuffer text = StandardCharsets.UTF_8.encode(log.text() + "\n");
        channel.truncate(0);
        while (text.hasRemaining()) {
            channel.write(text);
        }
        return new Place(file, channel);
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
            byte[] bytes = Files.readAllBytes(file(id));
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is too long");
            }
            return LogTarget.parse(new String(bytes, StandardCharsets.UTF_8).strip());
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

    /** Removes what a command that was killed has left. */
    void forget(ContainerId id) throws IOException {
        if (!isWritten(id)) {
            Files.deleteIfExists(file(id));
        }
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
