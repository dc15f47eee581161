// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.orchestrator.RestartDecision.GiveUp;
import io.runflux.orchestrator.RestartDecision.Reason;
import io.runflux.orchestrator.RestartDecision.Restart;
import io.runflux.orchestrator.RestartPolicy.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartPolicyTest {
    private static final ExitStatus WELL = ExitStatus.exited(0);
    private static final ExitStatus FAILED = ExitStatus.exited(1);
    private static final Duration SHORT = Duration.ofSeconds(10).minusNanos(1);
    private static final Duration GOOD = Duration.ofSeconds(10);

    private static RestartDecision after(RestartPolicy policy, ExitStatus status, boolean wasStopped) {
        return policy.after(status, RestartCount.none(), SHORT, wasStopped);
    }

    @Test
    void after_no_givesUp() {
        assertThat(after(RestartPolicy.no(), FAILED, false)).isEqualTo(new GiveUp(Reason.NOT_WANTED));
    }

    @Test
    void after_anyEnd_isRepeatedByAlwaysAndUnlessStopped() {
        for (RestartPolicy policy : List.of(RestartPolicy.always(), RestartPolicy.unlessStopped())) {
            for (ExitStatus status : List.of(WELL, FAILED, ExitStatus.unknown())) {
                assertThat(after(policy, status, false)).isInstanceOf(Restart.class);
            }
        }
    }

    @Test
    void after_stopped_isNotRepeatedByAnyone() {
        for (RestartPolicy policy :
                List.of(RestartPolicy.always(), RestartPolicy.unlessStopped(), RestartPolicy.onFailure(0))) {
            assertThat(after(policy, ExitStatus.signaled(Signal.KILL), true)).isEqualTo(new GiveUp(Reason.STOPPED));
        }
    }

    @Test
    void after_onFailure_repeatsAllButCodeZero() {
        RestartPolicy policy = RestartPolicy.onFailure(0);

        assertThat(after(policy, WELL, false)).isEqualTo(new GiveUp(Reason.SUCCEEDED));
        for (ExitStatus status : List.of(FAILED, ExitStatus.signaled(Signal.TERM), ExitStatus.unknown())) {
            assertThat(after(policy, status, false)).isInstanceOf(Restart.class);
        }
    }

    @Test
    void after_limitReached_givesUpWhateverRanWellBetween() {
        RestartPolicy policy = RestartPolicy.onFailure(3);

        assertThat(policy.after(FAILED, new RestartCount(2, 0), GOOD, false)).isInstanceOf(Restart.class);
        assertThat(policy.after(FAILED, new RestartCount(3, 0), GOOD, false))
                .isEqualTo(new GiveUp(Reason.LIMIT_REACHED));
    }

    @Test
    void after_shortRun_countsOnInTheRow() {
        assertThat(RestartPolicy.always().after(WELL, new RestartCount(7, 3), SHORT, false))
                .isEqualTo(new Restart(Duration.ofMillis(800), new RestartCount(8, 4)));
    }

    @Test
    void after_goodRun_beginsANewRow() {
        assertThat(RestartPolicy.always().after(FAILED, new RestartCount(7, 3), GOOD, false))
                .isEqualTo(new Restart(Duration.ofMillis(100), new RestartCount(8, 1)));
    }

    @Test
    void after_largestCount_staysThere() {
        RestartCount most = new RestartCount(Integer.MAX_VALUE, Integer.MAX_VALUE);

        assertThat(RestartPolicy.always().after(FAILED, most, SHORT, false))
                .isEqualTo(new Restart(Duration.ofMinutes(1), most));
    }

    @ParameterizedTest
    @CsvSource({"NO, false, false", "ON_FAILURE, false, false", "ALWAYS, true, true", "UNLESS_STOPPED, true, false"})
    void startsWithOrchestrator_byKind(Kind kind, boolean unlessStopped, boolean evenIfStopped) {
        RestartPolicy policy = new RestartPolicy(kind, 0, RestartBackoff.defaults());

        assertThat(policy.startsWithOrchestrator(false)).isEqualTo(unlessStopped);
        assertThat(policy.startsWithOrchestrator(true)).isEqualTo(evenIfStopped);
    }

    @Test
    void policy_limitForAnotherKind_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RestartPolicy(Kind.ALWAYS, 1, RestartBackoff.defaults()))
                .withMessage("only restarts on failure have a limit, was 1 for ALWAYS");
        assertThatIllegalArgumentException().isThrownBy(() -> RestartPolicy.onFailure(-1));
    }

    @Test
    void delay_inARow_doublesUpToTheBound() {
        List<Long> millis = IntStream.rangeClosed(1, 12)
                .mapToObj(number -> RestartBackoff.defaults().delay(number).toMillis())
                .toList();

        assertThat(millis)
                .containsExactly(
                        100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12_800L, 25_600L, 51_200L, 60_000L, 60_000L);
        assertThat(RestartBackoff.defaults().delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void jittered_wholePart_isShorterByTheJitterAndNeverLonger() {
        RestartBackoff backoff = RestartBackoff.defaults().withJitter(0.25);

        assertThat(backoff.jittered(Duration.ofSeconds(4), 1)).isEqualTo(Duration.ofSeconds(3));
        assertThat(backoff.jittered(Duration.ofSeconds(4), 0)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void backoff_beyondItsBounds_isRefused() {
        RestartBackoff defaults = RestartBackoff.defaults();

        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withFirst(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMax(Duration.ofMillis(99)));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMax(Duration.ofDays(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withGoodRun(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withJitter(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withJitter(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.delay(0));
    }
}
