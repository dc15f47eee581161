// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.TinyProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class StreamContenderTest {
    private static final long BYTES = 1 << 20;

    private final Path directory;

    StreamContenderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @EnumSource
    void readAll_asMuchAsExpected_succeeds(Streamer streamer) {
        assertThatCode(() -> read(streamer, BYTES)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void readAll_lessThanExpected_fails(Streamer streamer) {
        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> read(streamer, BYTES + 1))
                .withMessageEndingWith(": 1048576 bytes were read instead of 1048577");
    }

    @ParameterizedTest
    @EnumSource
    void writeAll_asMuchAsExpected_succeeds(Streamer streamer) {
        assertThatCode(() -> write(streamer, BYTES)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void writeAll_lessThanExpected_fails(Streamer streamer) {
        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> write(streamer, BYTES + 1))
                .withMessageEndingWith(": the child ended with 1");
    }

    private void read(Streamer streamer, long expected) {
        Path child = TinyProgram.WRITE.write(directory.resolve("write"), BYTES / 4, 4);
        try (StreamContender contender = streamer.open(new Child(child, expected))) {
            contender.readAll();
        }
    }

    private void write(Streamer streamer, long expected) {
        Path child = TinyProgram.READ.write(directory.resolve("read"), expected);
        try (StreamContender contender = streamer.open(new Child(child, 0))) {
            contender.writeAll(BYTES);
        }
    }
}
