// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of all commands with one state directory, one JSON object a line: a file and its predecessor, of a bounded
 * size each. Several threads and several JVMs may write to it, one at a time by a lock on a third file. Blocks.
 */
final class EventJournal {
    private static final long MAX_BYTES = 4 << 20;
    private static final Set<StandardOpenOption> READ_AND_WRITE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

    /** File locks are the whole JVM's, and are refused to a second thread of it. */
    private static final ReentrantLock TURN_IN_THIS_JVM = new ReentrantLock();

    private final Path current;
    private final Path previous;
    private final Path lock;
    private final long maxBytes;

    EventJournal(Path stateDirectory) {
        this(stateDirectory, MAX_BYTES);
    }

    EventJournal(Path stateDirectory, long maxBytes) {
        current = stateDirectory.resolve("events.jsonl");
        previous = stateDirectory.resolve("events.1.jsonl");
        lock = stateDirectory.resolve("events.lock");
        this.maxBytes = maxBytes;
    }

    Path current() {
        return current;
    }

    Path previous() {
        return previous;
    }

    void append(EventEnvelope event) throws IOException {
        ByteBuffer line = StandardCharsets.UTF_8.encode(EventJson.write(event) + "\n");
        TURN_IN_THIS_JVM.lock();
        try (FileChannel turn = open(lock);
                FileLock held = turn.lock()) {
            appendAlone(line, held);
        } finally {
            TURN_IN_THIS_JVM.unlock();
        }
    }

    private void appendAlone(ByteBuffer line, FileLock held) throws IOException {
        if (held.isValid() && Files.exists(current) && Files.size(current) > maxBytes) {
            Files.move(current, previous, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        try (FileChannel file = open(current)) {
            endLine(file);
            file.position(file.size());
            writeAll(line, file);
        }
    }

    /** A writer that died, or a full disk, may have left half a line, which must not spoil the next one. */
    private static void endLine(FileChannel file) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        long size = file.size();
        if (size > 0 && file.read(last, size - 1) == 1 && last.get(0) != '\n') {
            file.position(size);
            writeAll(ByteBuffer.wrap(new byte[] {'\n'}), file);
        }
    }

    private static void writeAll(ByteBuffer bytes, FileChannel file) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path,
                READ_AND_WRITE,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
