// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogRotationTest {
    private static final int LINES = 3_000;

    @TempDir
    Path parent = Path.of("/");

    private LogScene scene = LogScene.NONE;

    @BeforeEach
    void setUp() {
        scene = LogScene.in(parent);
    }

    private static String lines(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("line ").append(i).append(" of a log that is long enough\n");
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "json", "cri"})
    void write_moreThanFits_rotatesBetweenRecords(String format) throws IOException {
        StdioUri uri =
                scene.uri().with("format", format).with("max-size", "64k").with("max-files", "100");
        scene.write(uri, lines(0, LINES));

        assertThat(scene.files()).hasSizeGreaterThan(1).startsWith("c1.log", "c1.log.0000000001");
        for (String file : scene.files()) {
            Path path = scene.root().resolve(file);
            assertThat(Files.size(path)).isLessThanOrEqualTo(64 * 1024);
            assertThat(scene.content(path)).endsWith("\n").contains("line");
        }
        assertThat(scene.read(uri, LogStart.beginning())).isEqualTo(lines(0, LINES));
    }

    @Test
    void write_moreThanIsKept_removesTheOldest() {
        StdioUri uri = scene.uri().with("max-size", "64k").with("max-files", "2");
        scene.write(uri, lines(0, LINES));
        scene.write(uri, lines(LINES, 2 * LINES));

        assertThat(scene.files()).hasSize(2).contains("c1.log");
        assertThat(lines(0, 2 * LINES)).endsWith(scene.read(uri, LogStart.beginning()));
    }

    @Test
    void write_oldestCannotBeRemoved_losesNothing() throws IOException {
        Files.createDirectories(scene.root().resolve("c1.log.0000000001/full"));
        StdioUri uri = scene.uri().with("max-size", "64k").with("max-files", "2");

        scene.write(uri, lines(0, 2 * LINES));

        assertThat(scene.files()).hasSize(3).contains("c1.log", "c1.log.0000000001");
        String kept = scene.content(scene.root().resolve(scene.files().get(2))) + scene.content(scene.log());
        assertThat(lines(0, 2 * LINES)).endsWith(kept);
    }

    @Test
    void write_oldFile_rotates() throws IOException {
        MovableClock clock = new MovableClock();
        FileUpstream upstream =
                FileUpstream.openNow(scene.uri().with("max-age", "1h"), scene.options(), LogThreads.SCHEDULER, clock);
        upstream.take(LogStream.STDOUT, LogScene.buffer("young\n"));
        upstream.sendStderr(LogScene.bytes("young, too\n")).block(LogScene.TIMEOUT);
        clock.now = clock.now.plus(Duration.ofHours(1));
        upstream.sendStdout(LogScene.bytes("late\n")).block(LogScene.TIMEOUT);
        upstream.close().block(LogScene.TIMEOUT);

        assertThat(scene.content(scene.log())).isEqualTo("late\n");
        assertThat(scene.content(scene.root().resolve("c1.log.0000000001"))).isEqualTo("young\nyoung, too\n");
    }

    private static final class MovableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
