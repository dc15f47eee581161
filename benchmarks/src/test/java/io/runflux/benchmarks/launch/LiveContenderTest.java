// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.benchmarks.TinyProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LiveContenderTest {
    private final Path directory;

    LiveContenderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @EnumSource
    void start_three_areAliveUntilClosed(Holder holder) {
        Path child = TinyProgram.PAUSE.write(directory.resolve("pause"));
        try (LiveContender contender = holder.open(child)) {
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
