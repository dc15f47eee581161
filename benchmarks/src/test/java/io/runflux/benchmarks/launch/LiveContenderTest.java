// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.benchmarks.TinyProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LiveContenderTest {
    private final Path directory;

    LiveContenderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @CsvSource({"RUNFLUX, true", "RUNFLUX, false", "PROCESS_BUILDER, true", "PROCESS_BUILDER, false", "NUPROCESS, true"
    })
    void start_three_areAliveUntilClosed(Holder holder, boolean hasOutput) {
        Path child = TinyProgram.PAUSE.write(directory.resolve("pause"));
        try (LiveContender contender = holder.open(child, hasOutput)) {
            contender.start(3);
            assertThat(alive(child)).isEqualTo(3);
        }
        assertThat(alive(child)).isZero();
    }

    private static long alive(Path child) {
        return ProcessHandle.current()
                .children()
                .filter(process -> process.info()
                        .command()
                        .filter(child.toString()::equals)
                        .isPresent())
                .count();
    }
}
