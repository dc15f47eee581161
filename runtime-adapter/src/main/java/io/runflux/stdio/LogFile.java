// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.NavigableSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current file of a log, and its rotation. The log is locked from the beginning to the end, so that no two writers
 * rotate it, in this process or another. What could be written of a piece only in part is taken back. Blocks; confined
 * to one writer.
 */
final class LogFile implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);

    private final LogDirectory directory;
    private final FileLogOptions options;
    private final Clock clock;
    private final LogLock lock;
    private final NavigableSet<Long> rotated;
    private FileChannel file;
    private long size;
    private Instant begun;
    /** Whether the file has its number, and its successor could not be created. */
    private boolean isRenamed;

    private LogFile(LogLock lock, FileLogOptions options, Clock clock, FileChannel file) throws IOException {
        directory = lock.directory();
        this.options = options;
        this.clock = clock;
        this.lock = lock;
        this.file = file;
        begun = clock.instant();
        rotated = directory.rotated();
        size = file.size();
        file.position(size);
        endTornRecord();
    }

    static LogFile open(LogDirectory directory, FileLogOptions options, Clock clock) throws IOException {
        LogLock lock = LogLock.take(directory);
        try {
            return open(lock, options, clock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static LogFile open(LogLock lock, FileLogOptions options, Clock clock) throws IOException {
        FileChannel file = lock.directory().openCurrent(options.isGroupReadable());
        try {
            return new LogFile(lock, options, clock, file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Whoever wrote here before may have been killed in the middle. */
    private void endTornRecord() throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        if (size > 0 && options.format() != LogFormat.PLAIN && file.read(last, size - 1) == 1 && last.get(0) != '\n') {
            write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    /** Returns whether the next record belongs into the next file. */
    boolean isFull(long waitingBytes, int nextBytes) {
        long filled = size + waitingBytes;
        boolean isTooLarge = options.maxBytes() > 0 && filled + nextBytes > options.maxBytes();
        boolean isTooOld = !options.maxAge().isZero() && !clock.instant().isBefore(begun.plus(options.maxAge()));
        return isRenamed || (filled > 0 && (isTooLarge || isTooOld));
    }

    void write(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            size = file.position();
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
    }

    private void takeBack(IOException cause) {
        try {
            file.truncate(size);
            file.position(size);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Can be repeated when it failed; until then nothing can be written. */
    void rotate() throws IOException {
        LogNames names = directory.names();
        if (!isRenamed) {
            long number = rotated.isEmpty() ? 1 : rotated.last() + 1;
            directory.rename(names.current(), names.rotated(number));
            rotated.add(number);
            isRenamed = true;
        }
        FileChannel full = file;
        file = directory.createCurrent(options.isGroupReadable());
        isRenamed = false;
        size = 0;
        begun = clock.instant();
        tidyUp(full);
    }

    /** The next file is there: nothing that goes wrong now may lose output. What cannot be removed is tried again. */
    private void tidyUp(FileChannel full) {
        attempt("closed", full);
        int surplus = Math.max(0, rotated.size() - options.maxFiles() + 1);
        for (long number : rotated.stream().limit(surplus).toList()) {
            attempt("removed", () -> remove(number));
        }
    }

    private void remove(long number) throws IOException {
        directory.delete(directory.names().rotated(number));
        rotated.remove(number);
    }

    private static void attempt(String done, Closeable step) {
        try {
            step.close();
        } catch (IOException e) {
            log.warn("a file that is full cannot be {}: {}", done, Failures.why(e));
        }
    }

    @Override
    public void close() throws IOException {
        try (directory;
                lock) {
            file.close();
        }
    }
}
