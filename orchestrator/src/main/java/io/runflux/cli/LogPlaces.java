// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import java.io.File;
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
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Where the logs of containers are: a file for each run, with the URI, which the {@code run} that writes the log keeps
 * locked. One that nobody has locked was left by a command that was killed.
 *
 * <p>A process that closes a file loses its locks of it (fcntl(2)), so who has written a place looks for no others.
 */
final class LogPlaces {
    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<?> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int MAX_BYTES = 64 * 1024;
    private static final int TOKEN_CHARACTERS = 12;
    /** No id has it. */
    private static final String SEPARATOR = "@";

    private static final String SUFFIX = ".uri";

    private final Path directory;

    LogPlaces(Path stateDirectory) {
        directory = directory(stateDirectory);
    }

    static Path directory(Path stateDirectory) {
        return stateDirectory.resolve("logs");
    }

    /** Returns a path for one run, at which there never was a file. */
    Path choose(ContainerId id) {
        String token = UUID.randomUUID().toString().replace("-", "").substring(0, TOKEN_CHARACTERS);
        return directory.resolve(id + SEPARATOR + token + SUFFIX);
    }

    /** Writes a log down, and holds the file. */
    static Mono<Place> write(Path file, LogTarget log) {
        return Mono.fromCallable(() -> writeNow(file, log)).subscribeOn(Schedulers.boundedElastic());
    }

    private static Place writeNow(Path file, LogTarget log) {
        try {
            StateDirectory.makePrivate(Objects.requireNonNull(file.getParent()));
            FileChannel channel = FileChannel.open(file, NEW, OWNER_ALONE);
            channel.lock();
            write(channel, log.text() + "\n");
            return new Place(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write down where the log is: " + e.getMessage(), e);
        }
    }

    private static void write(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Returns where the log of a container is: one that is being written, the oldest first, or else the latest that was
     * left; null if none was written down. Blocks.
     */
    @Nullable
    Found find(ContainerId id) {
        List<Path> files = filesOf(id);
        return files.stream()
                .filter(LogPlaces::isWritten)
                .findFirst()
                .or(() -> files.stream().reduce((earlier, later) -> later))
                .flatMap(LogPlaces::read)
                .orElse(null);
    }

    /** One that is empty was not written yet. */
    private List<Path> filesOf(ContainerId id) {
        String beginning = id + SEPARATOR;
        File[] files =
                directory.toFile().listFiles((parent, name) -> name.startsWith(beginning) && name.endsWith(SUFFIX));
        return Stream.of(Objects.requireNonNullElse(files, new File[0]))
                .filter(file -> file.length() > 0)
                .sorted(Comparator.comparing(File::lastModified))
                .map(File::toPath)
                .toList();
    }

    private static Optional<Found> read(Path file) {
        try {
            return Optional.of(new Found(file, LogTarget.parse(text(file).strip())));
        } catch (NoSuchFileException released) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > MAX_BYTES) {
            throw new IOException("it is too long");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Tells whether a command that runs still writes the log. Blocks. */
    static boolean isWritten(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            return lock(channel) == null;
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    /** What was found. */
    record Found(Path file, LogTarget log) {}

    /** What was written down. */
    record Place(FileChannel channel) {
        /** Says that the log is written to its end. */
        Mono<Void> close() {
            return Mono.<Void>fromCallable(() -> {
                        channel.close();
                        return null;
                    })
                    .subscribeOn(Schedulers.boundedElastic());
        }
    }
}
