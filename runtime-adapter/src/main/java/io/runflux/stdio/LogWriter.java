// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of output, and writes them in pieces of about {@value #PIECE_BYTES} bytes. What cannot be written is
 * lost, and marked before the next record of its stream. Blocks; confined to one thread at a time.
 */
final class LogWriter implements Closeable {
    private static final int PIECE_BYTES = 256 * 1024;

    private final LogFile file;
    private final LogFormat format;
    private final RecordEncoder encoder;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    private final Map<LogStream, Progress> streams = new EnumMap<>(LogStream.class);
    private boolean endsLine = true;
    private boolean endsLineOnDisk = true;
    private long lostBytes;

    LogWriter(LogFile file, LogFormat format) {
        this.file = file;
        this.format = format;
        encoder = new RecordEncoder(format);
        for (LogStream stream : LogStream.values()) {
            streams.put(stream, new Progress(stream));
        }
    }

    /** Returns the first thing that went wrong, or null. */
    @Nullable
    IOException write(List<LogQueue.Entry> entries) {
        IOException failure = null;
        for (LogQueue.Entry entry : entries) {
            failure = first(failure, attempt(entry));
        }
        return first(failure, attempt(null));
    }

    private static @Nullable IOException first(@Nullable IOException one, @Nullable IOException other) {
        return one == null ? other : one;
    }

    /** Writes an entry, or without one what waits. */
    private @Nullable IOException attempt(LogQueue.@Nullable Entry entry) {
        try {
            if (entry instanceof LogQueue.Output output) {
                output(output);
            } else if (entry instanceof LogQueue.Loss loss) {
                lose(loss);
            } else if (entry instanceof LogQueue.End end) {
                flushLine(progress(end.stream()));
            } else {
                flush();
            }
            return null;
        } catch (IOException e) {
            giveUp(entry instanceof LogQueue.Output output ? progress(output.stream()) : null);
            return e;
        }
    }

    private void output(LogQueue.Output output) throws IOException {
        Progress progress = progress(output.stream());
        progress.time = output.time();
        progress.accepted += output.bytes().length;
        progress.cutter.add(output.bytes(), (bytes, start, length) -> put(progress, bytes, start, length, false));
    }

    private void lose(LogQueue.Loss loss) throws IOException {
        Progress progress = progress(loss.stream());
        try {
            flushLine(progress);
        } finally {
            progress.unmarked += loss.bytes();
            progress.time = loss.time();
        }
        mark(progress);
    }

    private void flushLine(Progress progress) throws IOException {
        progress.cutter.flush((bytes, start, length) -> put(progress, bytes, start, length, true));
    }

    private void put(Progress progress, byte[] bytes, int start, int length, boolean isLast) throws IOException {
        mark(progress);
        append(LogRecordBytes.part(progress.stream, progress.time, bytes, start, length, isLast));
        progress.waiting += length;
    }

    private void mark(Progress progress) throws IOException {
        if (progress.unmarked > 0) {
            String newline = endsLine || format != LogFormat.PLAIN ? "" : "\n";
            String text = newline + progress.stream.lossMark(progress.unmarked);
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            append(LogRecordBytes.whole(progress.stream, progress.time, bytes));
            progress.marked += progress.unmarked;
            progress.unmarked = 0;
        }
    }

    private void append(LogRecordBytes record) throws IOException {
        encoded.reset();
        encoder.encode(record, encoded);
        if (file.isFull(piece.size(), encoded.size())) {
            flush();
            file.rotate();
        }
        encoded.writeTo(piece);
        endsLine = record.endsLine();
        if (piece.size() >= PIECE_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (piece.size() > 0) {
            file.write(ByteBuffer.wrap(piece.toByteArray()));
            piece.reset();
            endsLineOnDisk = endsLine;
            streams.values().forEach(Progress::secure);
        }
    }

    /** Loses what is not on the disk, but for the beginnings of lines; of the failed stream these as well. */
    private void giveUp(@Nullable Progress failed) {
        piece.reset();
        endsLine = endsLineOnDisk;
        if (failed != null) {
            failed.cutter.clear();
        }
        for (Progress progress : streams.values()) {
            lostBytes += progress.giveUp();
        }
    }

    /** Returns how much could not be written since this was last asked. */
    long takeLostBytes() {
        long lost = lostBytes;
        lostBytes = 0;
        return lost;
    }

    private Progress progress(LogStream stream) {
        return Objects.requireNonNull(streams.get(stream));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** How far one stream is, in bytes of the output itself. */
    private static final class Progress {
        private final LogStream stream;
        private final LineCutter cutter = new LineCutter();
        private Instant time = Instant.EPOCH;
        /** Taken over, and not on the disk. */
        private long accepted;
        /** Of these, in records that wait to be written. */
        private long waiting;

        private long unmarked;
        private long marked;

        Progress(LogStream stream) {
            this.stream = stream;
        }

        void secure() {
            accepted -= waiting;
            waiting = 0;
            marked = 0;
        }

        long giveUp() {
            long lost = accepted - cutter.length();
            accepted = cutter.length();
            waiting = 0;
            unmarked += lost + marked;
            marked = 0;
            return lost;
        }
    }
}
