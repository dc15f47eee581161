// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import reactor.core.scheduler.Schedulers;

/** Events and streams for tests. */
final class Samples {
    static final ContainerId C1 = ContainerId.of("c1");
    static final ContainerId C2 = ContainerId.of("c2");
    static final ExecId E1 = ExecId.of("e1");
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456789Z");
    static final Duration SOON = Duration.ofSeconds(10);

    private Samples() {}

    /** Delivers on the thread that publishes, so that a test need not wait for it. */
    static DefaultEventStream stream(int windowSize) {
        return (DefaultEventStream) EventStream.builder()
                .clock(Clock.fixed(NOON, ZoneOffset.UTC))
                .windowSize(windowSize)
                .deliverOn(Schedulers.immediate(), 1)
                .build();
    }

    static RuntimeEvent started(ContainerId id) {
        return new RuntimeEvent.Started(id, 42);
    }

    static RuntimeEvent paused(ContainerId id) {
        return new RuntimeEvent.Paused(id);
    }

    static void publish(EventStream stream, int count) {
        for (int i = 0; i < count; i++) {
            stream.publish(started(C1));
        }
    }

    static Long[] numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toArray(Long[]::new);
    }

    static List<Named<RuntimeEvent>> everyKind() {
        ExitStatus dumped = new ExitStatus.Signaled(Signal.of(11), true);
        return List.of(
                Named.of("created", new RuntimeEvent.Created(C1, "/run/bündle\n\u009b1m", 7, "runc")),
                Named.of("started", new RuntimeEvent.Started(C1, 0)),
                Named.of("exec added", new RuntimeEvent.ExecAdded(C1, E1)),
                Named.of("exec started", new RuntimeEvent.ExecStarted(C1, E1, 8)),
                Named.of(
                        "init exited",
                        new RuntimeEvent.Exited(C1, null, 7, ExitStatus.exited(137), NOON, Duration.ofMillis(1500))),
                Named.of("exec killed", new RuntimeEvent.Exited(C1, E1, 8, dumped, NOON, null)),
                Named.of("out of memory", new RuntimeEvent.OutOfMemory(C1)),
                Named.of("paused", new RuntimeEvent.Paused(C1)),
                Named.of("resumed", new RuntimeEvent.Resumed(C1)),
                Named.of("checkpointed", new RuntimeEvent.Checkpointed(C1, "/var/lib/checkpoint \"1\"")),
                Named.of("deleted", new RuntimeEvent.Deleted(C1, null, ExitStatus.signaled(Signal.KILL), NOON)),
                Named.of("never run", new RuntimeEvent.Deleted(C1, E1, ExitStatus.unknown(), null)),
                Named.of("restarting", new RuntimeEvent.Restarting(C1, 3, Duration.ofMillis(400))),
                Named.of("unhealthy", new RuntimeEvent.HealthChanged(C1, HealthStatus.UNHEALTHY)),
                Named.of(
                        "hook started", new RuntimeEvent.HookStarted(C1, "precreate", 0, "/usr/libexec/hööks/a \"b\"")),
                Named.of("hook succeeded", finished(RuntimeEvent.HookOutcome.SUCCEEDED, ExitStatus.exited(0))),
                Named.of("hook failed", finished(RuntimeEvent.HookOutcome.FAILED, ExitStatus.exited(7))),
                Named.of("hook wrote nonsense", finished(RuntimeEvent.HookOutcome.FAILED, ExitStatus.exited(0))),
                Named.of("hook end unseen", finished(RuntimeEvent.HookOutcome.FAILED, ExitStatus.unknown())),
                Named.of("hook not started", finished(RuntimeEvent.HookOutcome.NOT_STARTED, null)),
                Named.of("hook cancelled", finished(RuntimeEvent.HookOutcome.CANCELLED, null)),
                Named.of(
                        "hook timed out",
                        new RuntimeEvent.HookTimedOut(
                                C1, "poststop", 1, "/bin/h", ExitStatus.signaled(Signal.KILL), Duration.ofMillis(1))),
                Named.of(
                        "hook not reaped",
                        new RuntimeEvent.HookTimedOut(C1, "poststop", Integer.MAX_VALUE, "/bin/h", null, SOON)),
                Named.of("gap", new RuntimeEvent.Gap(3, 9, RuntimeEvent.Gap.Reason.NOT_KEPT)),
                Named.of("empty gap", new RuntimeEvent.Gap(1, 0, RuntimeEvent.Gap.Reason.EPOCH_CHANGED)));
    }

    static RuntimeEvent finished(RuntimeEvent.HookOutcome outcome, @Nullable ExitStatus exitStatus) {
        return new RuntimeEvent.HookFinished(
                C1, "precreate", 2, "/bin/h", outcome, exitStatus, Duration.ofMillis(1500));
    }
}
