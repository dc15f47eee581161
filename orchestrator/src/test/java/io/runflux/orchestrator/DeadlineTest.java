// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void after_nonsense_saysWhatWasGiven() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(36_501))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Deadline.after(wrong))
                    .withMessageContaining("was " + wrong);
        }
    }
}
