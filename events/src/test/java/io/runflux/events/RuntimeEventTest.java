// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.RuntimeEvent.HookOutcome;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RuntimeEventTest {
    @Test
    void topics_haveContainerdsPaths() {
        assertThat(Topic.values())
                .extracting(Topic::path)
                .contains("/tasks/create", "/tasks/start", "/tasks/exec-added", "/tasks/exec-started", "/tasks/exit")
                .contains("/tasks/oom", "/tasks/paused", "/tasks/resumed", "/tasks/checkpointed", "/tasks/delete")
                .contains("/tasks/restart", "/tasks/health")
                .contains("/hooks/started", "/hooks/finished", "/hooks/timed-out");
        assertThat(Topic.of("/tasks/oom")).isSameAs(Topic.OOM);
    }

    @Test
    void count_ofAGap_countsBothEnds() {
        assertThat(new RuntimeEvent.Gap(3, 5, RuntimeEvent.Gap.Reason.OVERFLOW).count())
                .isEqualTo(3);
        assertThat(new RuntimeEvent.Gap(1, 0, RuntimeEvent.Gap.Reason.EPOCH_CHANGED).count())
                .isZero();
    }

    @Test
    void events_withNonsense_sayWhatWasGiven() {
        assertRefused(() -> new RuntimeEvent.Started(C1, -1), "pid must be 0 or more, was -1");
        assertRefused(
                () -> new RuntimeEvent.Created(C1, "", 1, "runc"), "bundle must have 1 to 4096 characters, has 0");
        assertRefused(
                () -> new RuntimeEvent.Checkpointed(C1, "x".repeat(4097)),
                "path must have 1 to 4096 characters, has 4097");
        assertRefused(
                () -> new RuntimeEvent.Exited(C1, null, 1, ExitStatus.unknown(), NOON, Duration.ofSeconds(-1)),
                "duration must not be negative, was PT-1S");
        assertRefused(
                () -> new RuntimeEvent.Gap(5, 3, RuntimeEvent.Gap.Reason.OVERFLOW), "to must be 4 or more, was 3");
        assertRefused(() -> new RuntimeEvent.Restarting(C1, 0, Duration.ZERO), "restarts must be 1 or more, was 0");
        assertRefused(
                () -> new RuntimeEvent.Restarting(C1, 1, Duration.ofSeconds(-1)),
                "duration must not be negative, was PT-1S");
    }

    @Test
    void hookEvents_withNonsense_sayWhatWasGiven() {
        assertRefused(
                () -> new RuntimeEvent.HookStarted(C1, "x".repeat(257), 0, "/bin/h"),
                "stage must have 1 to 256 characters, has 257");
        assertRefused(
                () -> new RuntimeEvent.HookStarted(C1, "precreate", -1, "/bin/h"), "index must be 0 or more, was -1");
        assertRefused(
                () -> new RuntimeEvent.HookTimedOut(C1, "poststop", 0, "x".repeat(4097), null, Duration.ZERO),
                "path must have 1 to 4096 characters, has 4097");
        assertRefused(
                () -> new RuntimeEvent.HookTimedOut(C1, "poststop", 0, "/bin/h", null, Duration.ofSeconds(-1)),
                "duration must not be negative, was PT-1S");
    }

    @Test
    void hookFinished_outcomeAgainstExitStatus_isRefused() {
        assertRefused(
                () -> Samples.finished(HookOutcome.SUCCEEDED, null),
                "a hook that succeeded must have exit status 0, was null");
        assertRefused(
                () -> Samples.finished(HookOutcome.SUCCEEDED, ExitStatus.unknown()),
                "a hook that succeeded must have exit status 0, was exit status unknown");
        assertRefused(
                () -> Samples.finished(HookOutcome.NOT_STARTED, ExitStatus.exited(0)),
                "a hook that was not started must have no exit status, was exit status 0");
    }

    @Test
    void envelope_withoutPlace_isForAGapAlone() {
        RuntimeEvent gap = new RuntimeEvent.Gap(1, 0, RuntimeEvent.Gap.Reason.EPOCH_CHANGED);
        assertThat(new EventEnvelope(0, "e", NOON, null, gap).topic()).isEqualTo(Topic.GAP);
        assertRefused(
                () -> new EventEnvelope(0, "e", NOON, null, new RuntimeEvent.Paused(C1)),
                "sequence must be 1 or more, was 0");
    }

    @Test
    void builder_outOfBounds_saysWhatIsAllowed() {
        assertRefused(() -> EventStream.builder().windowSize(0), "window size must be from 1 to 1048576, was 0");
        assertRefused(
                () -> EventStream.builder().maxSubscribers(65_537), "subscribers must be from 1 to 65536, was 65537");
    }

    private static void assertRefused(ThrowingCallable code, String message) {
        assertThatIllegalArgumentException().isThrownBy(code).withMessage(message);
    }
}
