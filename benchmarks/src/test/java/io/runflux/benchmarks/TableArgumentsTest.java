// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

class TableArgumentsTest {
    @Test
    void parse_nothing_measuresAllInFiveRounds() throws CommandLineOptionException {
        TableArguments arguments = TableArguments.parse();

        assertThat(arguments.rounds()).isEqualTo(5);
        assertThat(arguments.inFlight()).containsExactly(1, 2, 64);
        assertThat(arguments.contenders()).containsExactly(ContenderKind.values());
    }

    @Test
    void parse_parameters_narrowTheTable() throws CommandLineOptionException {
        TableArguments arguments = TableArguments.parse(
                "--rounds", "2", "-p", "inFlight=64", "-p", "contender=NUPROCESS", "-p", "launches=70");

        assertThat(arguments.rounds()).isEqualTo(2);
        assertThat(arguments.inFlight()).containsExactly(64);
        assertThat(arguments.contenders()).containsExactly(ContenderKind.NUPROCESS);
        assertThat(arguments.launches()).isEqualTo(70);
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
