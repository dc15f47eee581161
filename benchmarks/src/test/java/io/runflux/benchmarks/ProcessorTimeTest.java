// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    @Test
    void parse_lineOfProc_takesWhatRanAndWhatWasStolen() {
        ProcessorTime time = ProcessorTime.parse("cpu  100 20 300 4000 50 6 70 8 90 10");

        assertThat(time).isEqualTo(new ProcessorTime(100 + 20 + 300 + 6 + 70, 8));
    }

    @Test
    void stolenSince_aQuarterStolen_isAQuarter() {
        assertThat(new ProcessorTime(1030, 15).stolenSince(new ProcessorTime(1000, 5)))
                .isEqualTo(0.25);
    }

    @Test
    void stolenSince_nothingWasToBeDone_isZero() {
        assertThat(new ProcessorTime(7, 3).stolenSince(new ProcessorTime(7, 3))).isZero();
    }
}
