// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The children that all contenders launch, in a temporary directory, and a place for the state of runtimes. */
public final class Programs implements AutoCloseable {
    /** How much a pipe holds. */
    public static final long PIPE_BYTES = 64 << 10;

    /** How much is streamed. */
    public static final long STREAM_BYTES = 1L << 30;

    /** A large write. */
    private static final long MEBIBYTE = 1 << 20;

    private static final Path RUN = Path.of("/run");
    private static final String PREFIX = "runflux-benchmarks";

    private final Path directory;
    private final Path state;

    private Programs(Path directory, Path state) {
        this.directory = directory;
        this.state = state;
    }

    /**
     * Makes the directories.
     *
     * @return the programs, which the caller closes
     */
    public static Programs create() {
        try {
            Path directory = Files.createTempDirectory(PREFIX);
            TinyProgram.EXIT.write(directory.resolve("exit"));
            TinyProgram.COPY.write(directory.resolve("copy"));
            TinyProgram.PAUSE.write(directory.resolve("pause"));
            TinyProgram.WRITE.write(directory.resolve("fill-pipe"), PIPE_BYTES, 1);
            TinyProgram.WRITE.write(directory.resolve("stream-64k"), PIPE_BYTES, STREAM_BYTES / PIPE_BYTES);
            TinyProgram.WRITE.write(directory.resolve("stream-1m"), MEBIBYTE, STREAM_BYTES / MEBIBYTE);
            TinyProgram.READ.write(directory.resolve("sink"), STREAM_BYTES);
            Path state = Files.createTempDirectory(Files.isWritable(RUN) ? RUN : directory, PREFIX);
            return new Programs(directory, state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the directory, which goes with all that is in it.
     *
     * @return its path
     */
    public Path directory() {
        return directory;
    }

    /**
     * Returns where runtimes keep their state: in /run if that is allowed, as they do by default, since every call
     * looks again who could change a root below a sticky directory, such as /tmp. It goes with all that is in it.
     *
     * @return its path
     */
    public Path state() {
        return state;
    }

    /**
     * Returns the program that only exits.
     *
     * @return its path
     */
    public Path exit() {
        return directory.resolve("exit");
    }

    /**
     * Returns the program that copies its input to its output.
     *
     * @return its path
     */
    public Path copy() {
        return directory.resolve("copy");
    }

    /**
     * Returns the program that waits for a signal.
     *
     * @return its path
     */
    public Path pause() {
        return directory.resolve("pause");
    }

    /**
     * Returns the program that writes {@link #PIPE_BYTES} at once.
     *
     * @return its path
     */
    public Path fillPipe() {
        return directory.resolve("fill-pipe");
    }

    /**
     * Returns the program that writes {@link #STREAM_BYTES} in pieces as large as a pipe.
     *
     * @return its path
     */
    public Path stream() {
        return directory.resolve("stream-64k");
    }

    /**
     * Returns the program that writes {@link #STREAM_BYTES} in pieces of 1 MiB.
     *
     * @return its path
     */
    public Path streamInLargeWrites() {
        return directory.resolve("stream-1m");
    }

    /**
     * Returns the program that reads {@link #STREAM_BYTES}.
     *
     * @return its path
     */
    public Path sink() {
        return directory.resolve("sink");
    }

    @Override
    public void close() {
        try {
            delete(state);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
