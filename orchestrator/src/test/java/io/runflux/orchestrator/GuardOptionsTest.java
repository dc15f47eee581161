// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.orchestrator.GuardOptions.Breaker;
import io.runflux.orchestrator.GuardOptions.Bulkhead;
import io.runflux.orchestrator.GuardOptions.Repeats;
import io.runflux.orchestrator.GuardOptions.TimeLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GuardOptionsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void limits_notPositive_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimeLimits(SECOND, Duration.ZERO, SECOND))
                .withMessage("limit of a call with hooks must be more than zero, was PT0S");
    }

    @Test
    void bulkhead_noPlace_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bulkhead(0, 1, 1, SECOND))
                .withMessage("maximum of calls must be at least 1, was 0");
    }

    @Test
    void repeats_longestWaitShorterThanTheFirst_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Repeats(2, SECOND, Duration.ofMillis(1)))
                .withMessage("longest wait must not be shorter than the first, PT1S, was PT0.001S");
    }

    @Test
    void repeats_firstWaitTooShort_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Repeats(2, Duration.ofNanos(1), SECOND))
                .withMessage("first wait must be at least a millisecond, was PT0.000000001S");
    }

    @Test
    void breaker_minimumBeyondTheWindow_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Breaker(10, 11, 50, SECOND, 1))
                .withMessage("minimum of calls must not be more than the window, 10, was 11");
    }

    @Test
    void breaker_moreThanAllFailing_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Breaker(10, 1, 101, SECOND, 1))
                .withMessage("percentage of failures must not be more than 100, was 101");
    }

    @Test
    void with_oneGuard_leavesTheOthers() {
        GuardOptions defaults = GuardOptions.defaults();
        Repeats none = new Repeats(1, SECOND, SECOND);

        assertThat(defaults.withRepeats(none))
                .isEqualTo(new GuardOptions(defaults.limits(), defaults.bulkhead(), none, defaults.breaker()));
    }
}
