// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What waits for the disk, in order of arrival. It holds copies, since a buffer of one byte may well have room for
 * many, and counts {@value #ENTRY_BYTES} bytes for each beside its own.
 *
 * <p>Once something was dropped everything is, until all that waits is taken: so what is lost is lost in one place.
 */
final class LogQueue {
    static final int ENTRY_BYTES = 64;

    private final int capacity;
    private final boolean drops;
    private final Clock clock;
    /** Guarded by this object's monitor, as all below. */
    private List<Entry> entries = new ArrayList<>();

    private long bytes;
    private boolean isDropping;
    private final Map<LogStream, Long> dropped = new EnumMap<>(LogStream.class);

    LogQueue(int capacity, boolean drops, Clock clock) {
        this.capacity = capacity;
        this.drops = drops;
        this.clock = clock;
    }

    /** Returns how many bytes were dropped. A buffer larger than all the room is taken if nothing else waits. */
    synchronized int offer(LogStream stream, ByteBuf buffer) {
        int size = buffer.readableBytes();
        isDropping |= drops && bytes > 0 && bytes + size + ENTRY_BYTES > capacity;
        if (isDropping) {
            dropped.merge(stream, (long) size, Long::sum);
            return size;
        }
        entries.add(new Output(stream, ByteBufUtil.getBytes(buffer), clock.instant()));
        bytes += size + ENTRY_BYTES;
        return 0;
    }

    synchronized void end(LogStream stream) {
        addLoss(stream);
        entries.add(new End(stream));
    }

    synchronized boolean hasRoom() {
        return bytes < capacity;
    }

    synchronized boolean isEmpty() {
        return entries.isEmpty() && !isDropping;
    }

    /** Returns all that waits, with what was lost behind it. */
    synchronized List<Entry> take() {
        for (LogStream stream : LogStream.values()) {
            addLoss(stream);
        }
        List<Entry> taken = entries;
        entries = new ArrayList<>();
        bytes = 0;
        isDropping = false;
        return taken;
    }

    private void addLoss(LogStream stream) {
        Long lost = dropped.remove(stream);
        if (lost != null) {
            entries.add(new Loss(stream, lost, clock.instant()));
        }
    }

    /** Something to be written. */
    sealed interface Entry {}

    static final class Output implements Entry {
        private final LogStream stream;
        private final byte[] bytes;
        private final Instant time;

        Output(LogStream stream, byte[] bytes, Instant time) {
            this.stream = stream;
            this.bytes = bytes;
            this.time = time;
        }

        LogStream stream() {
            return stream;
        }

        byte[] bytes() {
            return bytes;
        }

        Instant time() {
            return time;
        }
    }

    record Loss(LogStream stream, long bytes, Instant time) implements Entry {}

    record End(LogStream stream) implements Entry {}
}
