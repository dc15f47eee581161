// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class LogReaderTest {
    private static final int CHUNKS = 1_024;
    private static final int CHUNK_LINES = 512;

    @TempDir
    Path parent = Path.of("/");

    private LogScene scene = LogScene.NONE;

    @BeforeEach
    void setUp() {
        scene = LogScene.in(parent);
    }

    @Test
    void read_noFile_isEmpty() {
        StepVerifier.create(scene.reader(scene.uri()).read(LogStart.beginning()))
                .verifyComplete();
    }

    @Test
    void close_diskHangs_doesNotWaitForIt() throws Exception {
        Files.writeString(scene.log(), "a\n");
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch disk = new CountDownLatch(1);
        LogCursor cursor = new LogCursor(scene.uri(), slowRoots(looking, disk), LogStart.beginning());
        FutureTask<List<LogRecord>> look = new FutureTask<>(cursor::next);
        Thread looker = new Thread(look);
        looker.start();
        looking.await();
        FutureTask<?> closing = new FutureTask<>(() -> {
            cursor.close();
            return null;
        });
        Thread closer = new Thread(closing);
        closer.start();

        try {
            closing.get(LogScene.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            disk.countDown();
            looker.join();
            closer.join();
        }
        assertThat(look.get()).hasSize(1);
        assertThat(cursor.next()).isEmpty();
    }

    private List<Path> slowRoots(CountDownLatch looking, CountDownLatch disk) {
        return new AbstractList<>() {
            @Override
            public Path get(int index) {
                looking.countDown();
                try {
                    disk.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return parent;
            }

            @Override
            public int size() {
                return 1;
            }
        };
    }

    @Test
    void read_cri_tellsStreamTimeAndParts() throws IOException {
        Files.writeString(
                scene.log(),
                "2016-10-06T00:17:09.669794202Z stderr P a b \n2016-10-06T00:17:09.669794203Z stdout F c\nno record\n");

        StepVerifier.create(scene.reader(scene.uri().with("format", "cri")).read(LogStart.beginning()))
                .assertNext(record -> {
                    assertThat(record.stream()).isEqualTo(LogStream.STDERR);
                    assertThat(record.time()).isEqualTo(Instant.parse("2016-10-06T00:17:09.669794202Z"));
                    assertThat(record.text()).isEqualTo("a b ");
                    assertThat(record.endsLine()).isFalse();
                })
                .assertNext(record -> assertThat(record.text()).isEqualTo("c\n"))
                .assertNext(record -> {
                    assertThat(record.stream()).isNull();
                    assertThat(record.text()).isEqualTo("no record\n");
                })
                .verifyComplete();
    }

    @Test
    void read_json_tellsStreamAndTime() throws IOException {
        Files.writeString(
                scene.log(),
                "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"2016-10-06T00:17:09.5Z\"}\n{\"log\":1}\n[\n");

        StepVerifier.create(scene.reader(scene.uri().with("format", "json")).read(LogStart.beginning()))
                .assertNext(record -> {
                    assertThat(record.stream()).isEqualTo(LogStream.STDOUT);
                    assertThat(record.time()).isEqualTo(Instant.parse("2016-10-06T00:17:09.5Z"));
                    assertThat(record.text()).isEqualTo("a\n");
                })
                .assertNext(record -> assertThat(record.text()).isEqualTo("{\"log\":1}\n"))
                .assertNext(record -> assertThat(record.text()).isEqualTo("[\n"))
                .verifyComplete();
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, 'e|'", "2, 'd|e|'", "4, 'b|c|d|e|'", "5, 'a|b|c|d|e|'", "9, 'a|b|c|d|e|'"})
    void read_lastLines_goesBackAcrossFiles(int lines, String expected) throws IOException {
        Files.writeString(scene.root().resolve("c1.log.0000000007"), "a\nb\n");
        Files.writeString(scene.root().resolve("c1.log.0000000008"), "c\n");
        Files.writeString(scene.log(), "d\ne\n");

        assertThat(scene.read(scene.uri(), LogStart.last(lines)).replace('\n', '|'))
                .isEqualTo(expected);
    }

    @Test
    void follow_end_seesWhatIsWrittenLater() {
        scene.write(scene.uri(), "before\n");

        StepVerifier.create(scene.reader(scene.uri()).follow(LogStart.end()).map(LogRecord::text))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(300))
                .then(() -> scene.write(scene.uri(), "after\n"))
                .expectNext("after\n")
                .thenCancel()
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void follow_noFileYet_waitsForIt() {
        StepVerifier.create(scene.reader(scene.uri()).follow(LogStart.end()).map(LogRecord::text))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(300))
                .then(() -> scene.write(scene.uri(), "first\n"))
                .expectNext("first\n")
                .thenCancel()
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void follow_untilTheEnd_yieldsTheLastLineWithoutItsNewline() {
        scene.write(scene.uri(), "whole\nrest");

        StepVerifier.create(scene.reader(scene.uri())
                        .follow(LogStart.beginning(), Mono.delay(Duration.ofMillis(50)))
                        .map(LogRecord::text))
                .expectNext("whole\n", "rest")
                .expectComplete()
                .verify(LogScene.TIMEOUT);
    }

    /** A writer does that with what it could write only in part. */
    @Test
    void follow_endTakenBack_goesOnAtTheNewEnd() throws IOException {
        Files.writeString(scene.log(), "1\n22\n333");

        StepVerifier.create(
                        scene.reader(scene.uri()).follow(LogStart.beginning()).map(LogRecord::text))
                .expectNext("1\n", "22\n")
                .then(() -> cut(2))
                .expectNoEvent(LogReader.POLL_INTERVAL.multipliedBy(2))
                .then(() -> append("4\n"))
                .expectNext("4\n")
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    private void cut(int bytes) {
        try (FileChannel file = FileChannel.open(scene.log(), StandardOpenOption.WRITE)) {
            file.truncate(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void append(String text) {
        try {
            Files.writeString(scene.log(), text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void follow_moreReadersThanThreads_allSeeWhatComes() {
        scene.write(scene.uri(), "before\n");
        Flux<String> all = Flux.range(0, 100)
                .flatMap(
                        i -> scene.reader(scene.uri())
                                .follow(LogStart.beginning())
                                .map(LogRecord::text)
                                .take(2),
                        100);

        StepVerifier.create(all)
                .expectNextCount(100)
                .then(() -> append("after\n"))
                .expectNextCount(100)
                .expectComplete()
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void follow_rotatedTwiceBetweenLooks_missesNothing() throws IOException {
        Files.writeString(scene.log(), "1\n");

        StepVerifier.create(
                        scene.reader(scene.uri()).follow(LogStart.beginning()).map(LogRecord::text))
                .expectNext("1\n")
                .then(() -> rotateTwice("2\n", "3\n", "4\n"))
                .expectNext("2\n", "3\n", "4\n")
                .thenCancel()
                .verify(LogScene.TIMEOUT);
    }

    /** As a writer does: what has a number is whole. */
    private void rotateTwice(String first, String second, String third) {
        try {
            Files.writeString(scene.log(), first, StandardOpenOption.APPEND);
            Files.move(scene.log(), scene.root().resolve("c1.log.0000000001"));
            Files.writeString(scene.log(), second);
            Files.move(scene.log(), scene.root().resolve("c1.log.0000000002"));
            Files.writeString(scene.log(), third);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void follow_fileRemovedUnread_saysSo() throws IOException {
        Files.writeString(scene.log(), "1\n");
        VirtualTimeScheduler timer = VirtualTimeScheduler.create();
        LogReader reader = LogReader.of(scene.uri(), scene.options(), timer);

        StepVerifier.create(reader.follow(LogStart.beginning()).map(LogRecord::text))
                .expectNext("1\n")
                .then(() -> awaitRest(timer))
                .then(() -> rotateTwice("2\n", "3\n", "4\n"))
                .then(() -> remove("c1.log.0000000002"))
                .then(() -> move("c1.log", "c1.log.0000000003"))
                .then(() -> timer.advanceTimeBy(LogReader.POLL_INTERVAL))
                .expectNext("2\n")
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(LogLostException.class, e -> assertThat(e.files())
                                .isEqualTo(1)))
                .verify(LogScene.TIMEOUT);
    }

    /** From then on the reader looks when the timer says so. */
    private static void awaitRest(VirtualTimeScheduler timer) {
        Flux.interval(Duration.ofMillis(5))
                .takeUntil(tick -> timer.getScheduledTaskCount() > 0)
                .blockLast(LogScene.TIMEOUT);
    }

    private void remove(String name) {
        try {
            Files.delete(scene.root().resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void move(String from, String to) {
        try {
            Files.move(scene.root().resolve(from), scene.root().resolve(to));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void follow_outsideOfTheRoots_isRefused() {
        LogReader reader = LogReader.of(scene.uri(), UpstreamOptions.defaults());

        StepVerifier.create(reader.follow(LogStart.end())).verifyError(UpstreamException.class);
        assertThatThrownBy(() -> LogReader.of(StdioUri.nowhere(), scene.options()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Some 16 MiB through dozens of files. */
    @Test
    void follow_whileWrittenAtFullSpeed_yieldsEveryLineOnceInOrder() {
        StdioUri uri =
                scene.uri().with("overflow", "wait").with("max-size", "256k").with("max-files", "1000");
        UpstreamIo upstream = scene.open(uri);
        Flux<ByteBuf> source = Flux.range(0, CHUNKS).map(LogReaderTest::chunk);
        Mono<Void> written = upstream.sendStdout(source).then(upstream.close()).cache();
        AtomicLong next = new AtomicLong();

        StepVerifier.create(scene.reader(uri)
                        .follow(LogStart.beginning(), written)
                        .doOnNext(record -> assertThat(record.text()).isEqualTo(line(next.getAndIncrement()))))
                .expectNextCount((long) CHUNKS * CHUNK_LINES)
                .expectComplete()
                .verify(Duration.ofSeconds(60));
        assertThat(scene.files()).hasSizeGreaterThan(10);
        assertThat(upstream.lostBytes()).isZero();
    }

    private static String line(long number) {
        return "line " + number + " of many lines\n";
    }

    private static ByteBuf chunk(int number) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CHUNK_LINES; i++) {
            text.append(line((long) number * CHUNK_LINES + i));
        }
        return LogScene.buffer(text.toString());
    }
}
