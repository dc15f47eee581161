// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogTableTest {
    @Test
    void measure_unknownArgument_saysWhatIsAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogTable.measure(List.of("--rounds", "2", "-p", "x=1"), System.err))
                .withMessage("logs takes --rounds N or --smoke, was given [-p, x=1]");
    }
}
