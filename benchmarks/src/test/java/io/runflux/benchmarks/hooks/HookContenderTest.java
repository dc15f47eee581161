// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.Programs;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HookContenderTest {
    @ParameterizedTest
    @EnumSource
    void run_hookThatCopies_isSeenToItsEnd(HookContender kind) {
        try (Programs programs = Programs.create()) {
            assertThat(run(kind, programs.copy().toString())).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_hookThatWritesNothing_fails(HookContender kind) {
        assertThatExceptionOfType(MeasurementException.class)
                .isThrownBy(() -> run(kind, "/bin/true"))
                .withMessageContaining(HookBenchmark.WRONG_OUTPUT);
    }

    @ParameterizedTest
    @EnumSource
    void run_failingHook_fails(HookContender kind) {
        assertThatExceptionOfType(MeasurementException.class).isThrownBy(() -> run(kind, "/bin/false"));
    }

    private static int run(HookContender kind, String program) {
        try (Contender contender = kind.open(List.of(program), 2)) {
            Batch batch = new Batch(Duration.ofMillis(20), 2, new long[Batch.CAPACITY]);
            batch.run(contender);
            return batch.count();
        }
    }
}
