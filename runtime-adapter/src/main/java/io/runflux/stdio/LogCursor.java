// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log, file after file. Each file has a number, the current one that which it will get: so when the current
 * file is full, which shows in another file having its name, the next to read is known. A file is left only when it is
 * read to its end after that was seen.
 *
 * <p>Holds one file open. Blocks; a close while it reads does not wait, and comes to pass when it has read.
 */
final class LogCursor implements Closeable {
    /** More than any record of ours; of a longer line the parts are records. */
    private static final int MAX_LINE_BYTES = 256 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    private static final long WHICHEVER_IS_CURRENT = Long.MAX_VALUE;

    private final Path path;
    private final List<Path> allowedRoots;
    private final RecordDecoder decoder;
    private final LogStart start;
    /** Held only while there is something to read, so that thousands of readers can wait. */
    private @Nullable ByteBuffer buffer;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable LogDirectory directory;
    private @Nullable FileChannel file;
    /** What tells the current file from its successor; null if the file is full. */
    private @Nullable Object currentKey;
    /** Of the file that is open, or comes next; 0 before the first. */
    private long number;

    private final ReentrantLock reading = new ReentrantLock();
    private volatile boolean isClosed;

    LogCursor(StdioUri uri, List<Path> allowedRoots, LogStart start) {
        path = uri.requirePath();
        this.allowedRoots = allowedRoots;
        this.start = start;
        decoder = new RecordDecoder(FileLogOptions.of(uri.parameters()).format());
    }

    /** Returns some records; none at the end as it is now. */
    List<LogRecord> next() throws IOException {
        reading.lock();
        try {
            return isClosed ? List.of() : look();
        } finally {
            reading.unlock();
            closeFilesIfDone();
        }
    }

    private List<LogRecord> look() throws IOException {
        List<LogRecord> records = new ArrayList<>();
        LogDirectory place = openDirectory();
        if (number == 0) {
            begin(place);
        }
        boolean goesOn = true;
        while (goesOn && records.isEmpty()) {
            goesOn = (file != null || open(place)) && (fill(records) || advance(place));
        }
        return records;
    }

    /** Returns what there is of a line that does not go on; for who reads. */
    List<LogRecord> rest() {
        List<LogRecord> records = new ArrayList<>();
        if (line.size() > 0) {
            takeLine(records);
        }
        return records;
    }

    private LogDirectory openDirectory() throws IOException {
        LogDirectory opened = directory == null ? LogDirectory.of(path, allowedRoots) : directory;
        directory = opened;
        return opened;
    }

    private void begin(LogDirectory place) throws IOException {
        if (start.isBeginning()) {
            beginAtOldest(place);
            return;
        }
        number = WHICHEVER_IS_CURRENT;
        if (!open(place)) {
            number = nextNumber(place.rotated());
        }
        goBack(place, start.lastLines());
    }

    /** The oldest file can be removed before it is open; then another is the oldest. */
    private void beginAtOldest(LogDirectory place) throws IOException {
        boolean isGone = true;
        while (isGone) {
            NavigableSet<Long> rotated = place.rotated();
            number = rotated.isEmpty() ? 1 : rotated.first();
            try {
                open(place);
                isGone = false;
            } catch (LogLostException gone) {
                isGone = true;
            }
        }
    }

    /** Goes to the first of the last lines, or to the first line of all. */
    private void goBack(LogDirectory place, int lines) throws IOException {
        int missing = lines;
        while (file != null || missing > 0) {
            missing -= file == null ? 0 : LastLines.seek(file, missing);
            FileChannel previous =
                    missing == 0 ? null : place.openToRead(place.names().rotated(number - 1));
            if (previous == null) {
                return;
            }
            closeFile();
            file = previous;
            currentKey = null;
            number--;
        }
    }

    /** Opens the file of the number, and returns false if that is one that is still to come. */
    private boolean open(LogDirectory place) throws IOException {
        while (file == null) {
            file = place.openToRead(place.names().rotated(number));
            currentKey = null;
            if (file == null && !openCurrent(place)) {
                return false;
            }
        }
        return true;
    }

    /** Returns true also if nothing was opened since the files change, and one has to look again. */
    private boolean openCurrent(LogDirectory place) throws IOException {
        String name = place.names().current();
        Object key = place.key(name);
        FileChannel opened = key == null ? null : place.openToRead(name);
        NavigableSet<Long> rotated = place.rotated();
        boolean isCurrent = opened != null && key != null && key.equals(place.key(name));
        if (isCurrent && nextNumber(rotated) <= number) {
            file = opened;
            currentKey = key;
            number = nextNumber(rotated);
            return true;
        }
        if (opened != null) {
            opened.close();
        }
        checkKept(rotated);
        return opened != null || rotated.contains(number);
    }

    private void checkKept(NavigableSet<Long> rotated) {
        if (!rotated.isEmpty() && number <= rotated.last() && !rotated.contains(number)) {
            Long oldest = Objects.requireNonNull(rotated.ceiling(number));
            throw new LogLostException(path.toString(), oldest - number);
        }
    }

    private static long nextNumber(NavigableSet<Long> rotated) {
        return rotated.isEmpty() ? 1 : rotated.last() + 1;
    }

    /** Returns whether there was something to read. */
    private boolean fill(List<LogRecord> records) throws IOException {
        FileChannel open = Objects.requireNonNull(file);
        if (!hasMore(open)) {
            buffer = null;
            return false;
        }
        ByteBuffer room = buffer == null ? ByteBuffer.allocate(BUFFER_BYTES) : buffer;
        buffer = room;
        int count = open.read(room.clear());
        byte[] bytes = room.array();
        int begun = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, begun, i + 1 - begun);
                takeLine(records);
                begun = i + 1;
            }
        }
        line.write(bytes, begun, Math.max(count, 0) - begun);
        if (line.size() >= MAX_LINE_BYTES) {
            takeLine(records);
        }
        return count > 0;
    }

    /** A writer takes back what it could write only in part; what follows then begins at the new end. */
    private boolean hasMore(FileChannel open) throws IOException {
        long size = open.size();
        if (size < open.position()) {
            open.position(size);
            line.reset();
        }
        return open.position() < size;
    }

    private void takeLine(List<LogRecord> records) {
        records.add(decoder.decode(line.toByteArray()));
        line.reset();
    }

    /** Called at the end of the file; returns whether there is more to read, in it or behind it. */
    private boolean advance(LogDirectory place) throws IOException {
        if (currentKey == null) {
            closeFile();
            number++;
            return true;
        }
        boolean isStillCurrent = currentKey.equals(place.key(place.names().current()));
        currentKey = isStillCurrent ? currentKey : null;
        return !isStillCurrent;
    }

    private void closeFile() throws IOException {
        FileChannel open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        closeFilesIfDone();
    }

    /** Called by who closes and by who has read, so that the last of them does it: a disk may hang. */
    private void closeFilesIfDone() throws IOException {
        if (isClosed && reading.tryLock()) {
            LogDirectory open = directory;
            directory = null;
            try (open) {
                closeFile();
            } finally {
                reading.unlock();
            }
        }
    }
}
