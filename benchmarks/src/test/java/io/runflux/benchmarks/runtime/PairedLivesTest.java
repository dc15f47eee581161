// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.Metric;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class PairedLivesTest {
    private Path turns;

    @BeforeEach
    void makeFile(@TempDir Path directory) throws IOException {
        turns = Files.createFile(directory.resolve("turns"));
    }

    @Test
    void run_whoWasSecondBeginsNext() throws IOException {
        pairs("echo peer >> $0; echo '{\"meanMicros\":1}'").run();

        assertThat(Files.readAllLines(turns))
                .containsExactly("contender", "peer", "peer", "contender", "contender", "peer", "peer", "contender");
    }

    /** A life of the contender takes less than an hour, which is what one of the peer says that it took. */
    @Test
    void run_figuresAreTheContendersAndTheRatioIsToThePeer() {
        Figures figures = pairs("echo '{\"meanMicros\":3600000000}'").run();

        assertThat(figures.get(Metric.MEAN_RATIO).orElseThrow()).isStrictlyBetween(0.0, 1.0);
        assertThat(figures.get(Metric.MEAN).orElseThrow()).isLessThan(3_600_000_000.0);
    }

    @Test
    void run_peerFails_saysWhich() {
        assertThatThrownBy(() -> pairs("exit 3").run())
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("/bin/sh -c exit 3");
    }

    private PairedLives pairs(String peer) {
        return new PairedLives(new Noting(), List.of("/bin/sh", "-c", peer, "" + turns), Duration.ZERO);
    }

    /** Notes each life, which takes no time. */
    private final class Noting implements Contender {
        @Override
        public Mono<Void> slot(Batch batch) {
            return Mono.fromRunnable(() -> {
                long started = System.nanoTime();
                note();
                batch.record(started);
            });
        }

        private void note() {
            try {
                Files.writeString(turns, "contender\n", StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {}
    }
}
