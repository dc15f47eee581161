// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static io.runflux.cli.JournalWriter.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.EventJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventJournalTest {
    private static final int SMALL = 1000;

    @TempDir
    private Path directory;

    private EventJournal journal;
    private JournalReader reader;

    @BeforeEach
    void open() {
        journal = new EventJournal(directory, SMALL);
        reader = new JournalReader(journal);
    }

    @AfterEach
    void close() throws Exception {
        reader.close();
    }

    @Test
    void read_nothingWritten_isEmpty() throws Exception {
        assertThat(reader.read()).isEmpty();
    }

    @Test
    void read_afterEachAppend_returnsThatLineAlone() throws Exception {
        journal.append(event("a", 1));
        assertThat(reader.read()).containsExactly(EventJson.write(event("a", 1)));

        journal.append(event("a", 2));
        assertThat(reader.read()).containsExactly(EventJson.write(event("a", 2)));
        assertThat(reader.read()).isEmpty();
    }

    @Test
    void append_fileIsFull_beginsAnotherAndKeepsOne() throws Exception {
        for (int i = 1; i <= 100; i++) {
            journal.append(event("a", i));
        }

        assertThat(Files.size(journal.current())).isLessThan(2 * SMALL);
        assertThat(Files.size(journal.previous())).isBetween((long) SMALL, 2L * SMALL);
        List<String> lines = reader.read();
        assertThat(lines).last().isEqualTo(EventJson.write(event("a", 100)));
        assertThat(lines.size()).isBetween(5, 50);
    }

    @Test
    void append_newFile_isForThisUserAlone() throws Exception {
        journal.append(event("a", 1));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal.current())))
                .isEqualTo("rw-------");
    }

    @Test
    void append_afterHalfALine_beginsOnALineOfItsOwn() throws Exception {
        Files.writeString(journal.current(), "{\"sequence\":1,\"ep");

        journal.append(event("a", 1));

        assertThat(reader.read()).containsExactly("{\"sequence\":1,\"ep", EventJson.write(event("a", 1)));
    }

    @Test
    void read_halfALine_waitsForTheRest() throws Exception {
        String line = EventJson.write(event("a", 1));
        Files.writeString(journal.current(), line.substring(0, 20));
        assertThat(reader.read()).isEmpty();

        Files.writeString(journal.current(), line.substring(20) + "\n", StandardOpenOption.APPEND);

        assertThat(reader.read()).containsExactly(line);
    }

    @Test
    void read_halfALineAtTheEndOfAFile_isNotJoinedToTheNext() throws Exception {
        Files.writeString(journal.previous(), "half");
        Files.writeString(journal.current(), "whole\n");

        assertThat(reader.read()).containsExactly("whole");
    }

    @Test
    void read_lineWithoutEnd_isPassedOver() throws Exception {
        Files.writeString(journal.current(), "x".repeat((1 << 20) + 1) + "\nshort\n");

        assertThat(reader.read()).containsExactly("short");
    }

    @Test
    void read_filesChangedTwice_losesWhatIsGoneAndGoesOn() throws Exception {
        Files.writeString(journal.current(), "one\n");
        assertThat(reader.read()).containsExactly("one");
        Files.move(journal.current(), directory.resolve("gone"));
        Files.writeString(journal.previous(), "two\n");
        Files.writeString(journal.current(), "three\n");

        assertThat(reader.read()).containsExactly("two", "three");
    }

    /** Writers are at most half a file ahead of the reader, which sees some hundred changes of the file. */
    @Test
    void append_threadsAndManyChanges_followingReaderLosesNothing() throws Exception {
        int count = 1000;
        Semaphore ahead = new Semaphore(2);
        ExecutorService writers = Executors.newFixedThreadPool(2);
        List<Future<?>> work = Stream.of("a", "b")
                .<Future<?>>map(id -> writers.submit(() -> append(id, count, ahead)))
                .toList();

        List<String> lines = follow(2 * count, ahead);

        for (Future<?> writer : work) {
            writer.get(10, TimeUnit.SECONDS);
        }
        writers.shutdown();
        assertThat(writers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertEachOnceInOrder(lines, count);
    }

    @Test
    @Tag("once")
    void append_twoJvms_followingReaderLosesNothing() throws Exception {
        int count = 1000;
        int halfOfIt = Math.toIntExact(EventJson.write(event("a", 1)).length() * (long) count);
        Process first = JournalWriter.start(directory, halfOfIt, "a", count);
        Process second = JournalWriter.start(directory, halfOfIt, "b", count);

        List<String> lines = follow(2 * count, new Semaphore(0));

        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        assertThat(journal.previous()).exists();
        assertEachOnceInOrder(lines, count);
    }

    private Void append(String id, int count, Semaphore ahead) throws Exception {
        for (int i = 1; i <= count; i++) {
            if (!ahead.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new AssertionError("the reader has stopped");
            }
            journal.append(event(id, i));
        }
        return null;
    }

    private List<String> follow(int count, Semaphore ahead) throws Exception {
        List<String> lines = new ArrayList<>();
        long start = System.nanoTime();
        while (lines.size() < count && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
            List<String> read = reader.read();
            lines.addAll(read);
            ahead.release(read.size());
        }
        return lines;
    }

    private static void assertEachOnceInOrder(List<String> lines, int count) {
        for (String id : List.of("a", "b")) {
            List<Long> sequences = lines.stream()
                    .map(EventJson::read)
                    .filter(event -> event.epoch().equals(id))
                    .map(event -> event.sequence())
                    .toList();
            assertThat(sequences)
                    .isEqualTo(IntStream.rangeClosed(1, count)
                            .mapToObj(Long::valueOf)
                            .toList());
        }
        assertThat(lines).hasSize(2 * count);
    }
}
