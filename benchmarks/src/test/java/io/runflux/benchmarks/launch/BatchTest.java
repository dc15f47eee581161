// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.Metric;
import io.runflux.benchmarks.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

@Timeout(60)
class BatchTest {
    private static final Programs PROGRAMS = Programs.create();
    private static final Duration MOMENT = Duration.ofMillis(20);

    @AfterAll
    static void removePrograms() {
        PROGRAMS.close();
    }

    @Test
    void run_threeSlots_recordsEveryLaunch() {
        FakeContender contender = new FakeContender();
        Batch batch = batch(3);

        Figures figures = batch.run(contender);

        assertThat(contender.slots).hasValue(3);
        assertThat(batch.count()).isEqualTo(contender.launches.get()).isGreaterThanOrEqualTo(3);
        assertThat(figures.get(Metric.RATE)).isPresent();
    }

    @Test
    void run_fullOfLaunches_beginsNoMore() {
        FakeContender contender = new FakeContender();
        Batch batch = new Batch(Duration.ofHours(1), 2, new long[10]);

        batch.run(contender);

        assertThat(contender.launches.get()).isBetween(8, 10);
    }

    @Test
    void run_severalSlotsFailAtOnce_throwsTheFirstError() {
        RuntimeException both =
                Exceptions.multiple(new MeasurementException("first"), new MeasurementException("second"));

        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> batch(2).run(failing(both)))
                .withMessage("first");
    }

    private static Contender failing(RuntimeException error) {
        return new Contender() {
            @Override
            public Mono<Void> slot(Batch batch) {
                return Mono.error(error);
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void constructor_noneInFlight_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batch(MOMENT, 0, new long[1]))
                .withMessage("launches in flight must be 1 or more, were 0");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VIRTUAL_THREADS")
    void run_childrenThatFillAPipe_areReadToTheirEnd(Launcher launcher) {
        assertThat(run(launcher, PROGRAMS.fillPipe(), Programs.PIPE_BYTES).get(Metric.P99))
                .isPresent();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VIRTUAL_THREADS")
    void run_childThatWritesLess_fails(Launcher launcher) {
        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> run(launcher, PROGRAMS.exit(), 1))
                .withMessageEndingWith(": 0 bytes were read instead of 1");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VIRTUAL_THREADS")
    void run_failingChild_fails(Launcher launcher) {
        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> run(launcher, Path.of("/bin/false"), 0))
                .withMessageEndingWith(": the child ended with 1");
    }

    private static Figures run(Launcher launcher, Path program, long bytes) {
        try (Contender contender = launcher.open(new Child(program, bytes), 2)) {
            return batch(2).run(contender);
        }
    }

    private static Batch batch(int inFlight) {
        return new Batch(MOMENT, inFlight, new long[Batch.CAPACITY]);
    }

    private static final class FakeContender implements Contender {
        private final AtomicInteger slots = new AtomicInteger();
        private final AtomicInteger launches = new AtomicInteger();

        @Override
        public Mono<Void> slot(Batch batch) {
            return Mono.fromRunnable(() -> {
                slots.incrementAndGet();
                launchAll(batch);
            });
        }

        private void launchAll(Batch batch) {
            do {
                launches.incrementAndGet();
                batch.record(System.nanoTime());
            } while (batch.claim());
        }

        @Override
        public void close() {}
    }
}
