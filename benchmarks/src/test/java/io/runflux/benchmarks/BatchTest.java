// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

@Timeout(60)
class BatchTest {
    @Test
    void run_threeSlots_makesEveryLaunchOnce() {
        FakeContender contender = new FakeContender();

        LaunchFigures figures = new Batch(10, 3).run(contender);

        assertThat(contender.slots).hasValue(3);
        assertThat(contender.launches).hasValue(10);
        assertThat(figures.launchesPerSecond()).isPositive();
    }

    @Test
    void constructor_moreInFlightThanLaunches_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batch(2, 3))
                .withMessage("launches in flight must be from 1 to the 2 launches of the batch, were 3");
    }

    @Test
    void run_programThatOnlyExits_isSeenToItsEnd() throws IOException {
        try (TinyProgram program = TinyProgram.writeExiting();
                Contender contender =
                        ContenderKind.RUNFLUX.open(List.of(program.path().toString()), 2)) {
            assertThat(new Batch(8, 2).run(contender).p99Micros()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_realChildren_areSeenToTheirEnd(ContenderKind kind) {
        try (Contender contender = kind.open(List.of("/bin/true"), 2)) {
            assertThat(new Batch(8, 2).run(contender).p99Micros()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_failingChild_failsTheBatch(ContenderKind kind) {
        try (Contender contender = kind.open(List.of("/bin/false"), 1)) {
            assertThatExceptionOfType(ChildFailedException.class)
                    .isThrownBy(() -> new Batch(2, 1).run(contender))
                    .withMessageEndingWith("the child ended with 1");
        }
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
