// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeBusyException;
import io.runflux.runtime.fake.Failpoint;
import io.runflux.runtime.fake.FakeRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A whole life with a runc that goes wrong at one of its calls. There is one place for each kind of call and one may
 * wait, so that a place that got lost would stop everything that follows.
 */
@Tag("once")
class GuardedLifecycleTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final GuardOptions GUARDS = GuardOptions.defaults()
            .withLimits(new GuardOptions.TimeLimits(LIMIT, LIMIT.multipliedBy(2), LIMIT.multipliedBy(3)))
            .withBulkhead(new GuardOptions.Bulkhead(1, 1, 1, LIMIT));
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int MAX_TICKS = 200;

    /** An execution that is given up has two seconds to tell the process that it may have begun. */
    private static final Duration MAX_AFTERMATH = Duration.ofSeconds(3);

    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final FakeRuntime fake = FakeRuntime.create(time);

    @TempDir
    private Path directory;

    private EmbeddedOrchestrator orchestrator;

    /** One that knows already what the runtime is: its help texts are those of its commands. */
    @BeforeEach
    void createOrchestrator() {
        orchestrator = Orchestrator.builder()
                .launcher(fake.launcher())
                .runtime(launcher -> fake.runtime())
                .guards(GUARDS)
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .resources(launcher -> ResourceKeeper.of(
                        launcher, ResourceOptions.defaults().withStateDirectory(directory.resolve("records"))))
                .build();
        Remains.newDirectory(directory, "rootfs");
        assertThat(end(orchestrator.runtime().info())).isNull();
    }

    @AfterEach
    void findNothingLeft() {
        assertThat(end(orchestrator.disposeLater())).isNull();
        assertThat(fake.runtime().list().collectList().block(AT_ONCE)).isEmpty();
        assertThat(end(Mono.delay(MAX_AFTERMATH))).isNull();
        VirtualTimeScheduler.reset();
        assertThat(fake.running()).isZero();
        assertThat(Stream.of(
                                fake.config().temporaryDirectory(),
                                directory.resolve("bundles"),
                                directory.resolve("records"))
                        .flatMap(Remains::files))
                .isEmpty();
        fake.close();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                        ofCall("create", "launch", false),
                        ofCall("start", "launch", false),
                        ofCall("exec", "exec", false),
                        ofCall("state", "pause", true),
                        ofCall("pause", "pause", true),
                        ofCall("resume", "resume", true),
                        ofCall("update", "update", true),
                        ofCall("events", "stats", true),
                        ofCall("list", "list", true),
                        ofCall("checkpoint", "checkpoint", false),
                        ofCall("delete", "remove", true),
                        ofCall("restore", "restore", false),
                        ofAnswer("state", "pause"),
                        ofAnswer("events", "stats"),
                        ofAnswer("list", "list"),
                        ofFirstSignal())
                .flatMap(fault -> fault);
    }

    private static Stream<Fault> ofCall(String command, String step, boolean isRepeated) {
        return Stream.of(
                Fault.harmless("delay", command, Failpoint.delay(LIMIT.minus(TICK))),
                new Fault("failure", command, Failpoint.fail(1, "no luck"), step, CommandFailedException.class),
                new Fault("hang", command, Failpoint.hang(), step, CallTimeoutException.class),
                isRepeated
                        ? Fault.harmless("busy", command, busy())
                        : new Fault("busy", command, busy(), step, RuntimeBusyException.class));
    }

    private static Failpoint busy() {
        return Failpoint.fail(1, "device or resource busy");
    }

    private static Stream<Fault> ofAnswer(String command, String step) {
        return Stream.of(
                new Fault("nonsense", command, Failpoint.garbage(), step, CommandFailedException.class),
                new Fault("half an answer", command, Failpoint.truncate(), step, CommandFailedException.class));
    }

    /** The other signal follows it after the grace period. */
    private static Stream<Fault> ofFirstSignal() {
        return Stream.of(
                Fault.harmless("hang", "kill", Failpoint.hang()),
                Fault.harmless("busy", "kill", busy()),
                new Fault("failure", "kill", Failpoint.fail(1, "no luck"), "stop", CommandFailedException.class));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void life_oneCallGoesWrong_failsThereAtMostAndLeavesNothing(Fault fault) {
        fake.failpoint(fault.command(), fault.point().once());

        Failure failure = firstFailure();

        assertThat(failure == null ? null : failure.step()).isEqualTo(fault.step());
        assertThat(failure == null ? null : failure.error().getClass()).isEqualTo(fault.error());
        assertThat(end(orchestrator.remove(ID, BY_FORCE).onErrorComplete(NoSuchContainerException.class)))
                .isNull();
        expectAPlaceForBothKindsOfCalls();
    }

    private void expectAPlaceForBothKindsOfCalls() {
        ContainerId next = ContainerId.of("c2");
        assertThat(end(orchestrator.launch(request(next)))).isNull();
        assertThat(end(orchestrator.remove(next, BY_FORCE))).isNull();
    }

    private LaunchRequest request(ContainerId id) {
        return LaunchRequest.rootfs(id, directory.resolve("rootfs"), List.of("sleep", "86400"));
    }

    private @Nullable Failure firstFailure() {
        for (Step step : life()) {
            Throwable error = end(step.work());
            if (error != null) {
                return new Failure(step.name(), error);
            }
        }
        return null;
    }

    private List<Step> life() {
        Path image = directory.resolve("image");
        return List.of(
                new Step("launch", orchestrator.launch(request(ID))),
                new Step("exec", orchestrator.exec(ExecRequest.of(ID, List.of("true")))),
                new Step("pause", orchestrator.pause(ID)),
                new Step("resume", orchestrator.resume(ID)),
                new Step("update", orchestrator.update(ID, LinuxResources.none())),
                new Step("stats", orchestrator.stats(ID)),
                new Step("list", orchestrator.snapshot()),
                new Step("inspect", orchestrator.inspect(ID)),
                new Step(
                        "checkpoint",
                        orchestrator.checkpoint(ID, CheckpointOptions.to(image).withLeaveRunning(true))),
                new Step("stop", orchestrator.stop(ID, StopOptions.defaults())),
                new Step("remove", orchestrator.remove(ID, DeleteOptions.defaults())),
                new Step("restore", orchestrator.restore(request(ID), RestoreOptions.from(image))));
    }

    /** Has the time go on until it has ended; null if it did well. */
    private @Nullable Throwable end(Mono<?> work) {
        AtomicReference<@Nullable Signal<?>> end = new AtomicReference<>();
        work.materialize().subscribe(end::set);
        for (int tick = 0; end.get() == null && tick < MAX_TICKS; tick++) {
            time.advanceTimeBy(TICK);
        }
        assertThat(end.get()).as("the end of it").isNotNull();
        return Objects.requireNonNull(end.get()).getThrowable();
    }

    private record Step(String name, Mono<?> work) {}

    private record Failure(String step, Throwable error) {}

    /** How the next call of a command goes wrong, and what fails by that, or null for nothing. */
    private record Fault(
            String kind,
            String command,
            Failpoint point,
            @Nullable String step,
            @Nullable Class<? extends Throwable> error) {
        static Fault harmless(String kind, String command, Failpoint point) {
            return new Fault(kind, command, point, null, null);
        }

        @Override
        public String toString() {
            return kind + " of " + command;
        }
    }
}
