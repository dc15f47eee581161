// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal line by line, across the change from a file to its successor. A file that was renamed is read to its
 * end; then comes the previous file, if that is another one by now, else the current one. Lines are lost only if the
 * files change twice between two reads. A line of more than a mebibyte is none of a journal's, and is passed over.
 * Blocks, and is confined to one reader.
 */
final class JournalReader implements AutoCloseable {
    private static final int MAX_LINE_BYTES = 1 << 20;

    private final EventJournal journal;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable FileChannel file;
    private @Nullable Object fileKey;

    JournalReader(EventJournal journal) {
        this.journal = journal;
    }

    /** Returns the complete lines that were written since the last call, or at the first call all there are. */
    List<String> read() throws IOException {
        List<String> lines = new ArrayList<>();
        readToEnd(lines);
        while (hasSuccessor()) {
            readToEnd(lines);
            openSuccessor();
            readToEnd(lines);
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /** With a successor in place nobody writes to our file any more, though somebody may have since we last looked. */
    private boolean hasSuccessor() throws IOException {
        Object key = keyOf(journal.current());
        return fileKey == null ? key != null || keyOf(journal.previous()) != null : key != null && !key.equals(fileKey);
    }

    /** If the files change meanwhile, nothing is opened, and the caller tries again. */
    private void openSuccessor() throws IOException {
        Object previousKey = keyOf(journal.previous());
        boolean isPrevious = previousKey != null && !previousKey.equals(fileKey);
        Path path = isPrevious ? journal.previous() : journal.current();
        FileChannel opened = openOrNull(path);
        Object key = keyOf(path);
        if (opened != null && key != null && Objects.equals(previousKey, keyOf(journal.previous()))) {
            close();
            file = opened;
            fileKey = key;
            line.reset();
        } else if (opened != null) {
            opened.close();
        }
    }

    private static @Nullable FileChannel openOrNull(Path path) throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException notYet) {
            return null;
        }
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        try {
            return Files.getAttribute(path, "unix:ino");
        } catch (NoSuchFileException notYet) {
            return null;
        }
    }

    private void readToEnd(List<String> lines) throws IOException {
        while (file != null && file.read(buffer.clear()) > 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                add(buffer.get(), lines);
            }
        }
    }

    private void add(byte next, List<String> lines) {
        if (next != '\n') {
            addToLine(next);
            return;
        }
        if (line.size() <= MAX_LINE_BYTES) {
            lines.add(line.toString(StandardCharsets.UTF_8));
        }
        line.reset();
    }

    private void addToLine(byte next) {
        if (line.size() <= MAX_LINE_BYTES) {
            line.write(next);
        }
    }
}
