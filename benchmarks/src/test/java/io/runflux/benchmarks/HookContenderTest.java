// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HookContenderTest {
    @ParameterizedTest
    @EnumSource(names = {"RUNFLUX", "PROCESS_BUILDER"})
    void run_programThatCopies_isSeenToItsEnd(ContenderKind kind) throws IOException {
        try (TinyProgram program = TinyProgram.writeCopying();
                Contender contender = kind.openForHooks(List.of(program.path().toString()), 2)) {
            assertThat(new Batch(8, 2).run(contender).p99Micros()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNFLUX", "PROCESS_BUILDER"})
    void run_failingHook_failsTheBatch(ContenderKind kind) {
        try (Contender contender = kind.openForHooks(List.of("/bin/false"), 1)) {
            assertThatExceptionOfType(ChildFailedException.class)
                    .isThrownBy(() -> new Batch(2, 1).run(contender))
                    .withMessageStartingWith(kind.label() + ": the child ")
                    .withMessageEndingWith(" 1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNFLUX", "PROCESS_BUILDER"})
    void run_hookThatDoesNotReadItsState_failsTheBatch(ContenderKind kind) {
        try (Contender contender = kind.openForHooks(List.of("/bin/true"), 1)) {
            assertThatExceptionOfType(ChildFailedException.class)
                    .isThrownBy(() -> new Batch(2, 1).run(contender))
                    .withMessageContaining(HookBenchmark.WRONG_OUTPUT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNFLUX_ON_LOOP", "NUPROCESS"})
    void openForHooks_contenderOfLaunchesAlone_isRefused(ContenderKind kind) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kind.openForHooks(List.of("/bin/cat"), 1))
                .withMessage("'" + kind.label() + "' is not measured with hooks");
    }
}
