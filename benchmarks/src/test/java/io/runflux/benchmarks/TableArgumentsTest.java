// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

class TableArgumentsTest {
    @Test
    void parse_nothing_measuresAllInFiveRounds() throws CommandLineOptionException {
        TableArguments arguments = TableArguments.parse();

        assertThat(arguments.rounds()).isEqualTo(5);
        assertThat(arguments.inFlight()).containsExactly(1, 2, 64);
        assertThat(arguments.questions()).containsExactly(Question.values());
        assertThat(arguments.contenders(Question.LAUNCHES)).containsExactly(ContenderKind.values());
        assertThat(arguments.contenders(Question.HOOKS))
                .containsExactly(ContenderKind.RUNFLUX, ContenderKind.PROCESS_BUILDER);
    }

    @Test
    void parse_parameters_narrowTheTable() throws CommandLineOptionException {
        TableArguments arguments = TableArguments.parse(
                "launches", "--rounds", "2", "-p", "inFlight=64", "-p", "contender=NUPROCESS", "-p", "launches=70");

        assertThat(arguments.rounds()).isEqualTo(2);
        assertThat(arguments.inFlight()).containsExactly(64);
        assertThat(arguments.contenders(Question.LAUNCHES)).containsExactly(ContenderKind.NUPROCESS);
        assertThat(arguments.launches()).isEqualTo(70);
    }

    @ParameterizedTest
    @CsvSource({"launches, LAUNCHES", "hooks, HOOKS"})
    void parse_question_isTheOnlyOne(String word, Question question) throws CommandLineOptionException {
        assertThat(TableArguments.parse(word, "--smoke").questions()).containsExactly(question);
    }

    @Test
    void parse_unknownQuestion_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableArguments.parse("hook"))
                .withMessage("the question must be launches or hooks, or be left out for both, was 'hook'");
    }

    @Test
    void parse_contenderThatRunsNoHooks_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableArguments.parse("-p", "contender=RUNFLUX,NUPROCESS"))
                .withMessage("the contenders for hooks must be among [RUNFLUX, PROCESS_BUILDER],"
                        + " were [RUNFLUX, NUPROCESS]");
    }

    @Test
    void parse_smoke_isOneRoundWithoutWarmUp() throws CommandLineOptionException {
        TableArguments arguments = TableArguments.parse("--smoke");

        assertThat(arguments.rounds()).isEqualTo(1);
        assertThat(arguments.jmh().getWarmupIterations().get()).isZero();
    }

    @Test
    void parse_roundsWithoutNumber_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableArguments.parse("--rounds"))
                .withMessage("--rounds must be followed by a number from 1 to 9999, was ''");
    }
}
