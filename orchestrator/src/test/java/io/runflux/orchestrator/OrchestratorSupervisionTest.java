// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.HealthStatus;
import io.runflux.events.RuntimeEvent.HealthChanged;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Health checks, deadlines and kills for want of memory. */
class OrchestratorSupervisionTest {
    private static final LaunchRequest REQUEST = LaunchRequest.bundle(ID, Scene.BUNDLE);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final HealthCheck CHECK = HealthCheck.defaults().withRetries(2);
    private static final LaunchRequest PROBED = REQUEST.withHealthCheck(CHECK, ProbeSpec.exec(List.of("/bin/ok")));
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Scene scene = new Scene();
    private VirtualTimeScheduler time;

    @BeforeEach
    void setClock() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void close() {
        VirtualTimeScheduler.reset();
        scene.close();
    }

    private ContainerInfo launch(LaunchRequest request) {
        return scene.orchestrator().launch(request).blockOptional(AT_ONCE).orElseThrow();
    }

    private ContainerDetails details() {
        return scene.orchestrator().inspect(ID).blockOptional(AT_ONCE).orElseThrow();
    }

    private ContainerNotes notes() {
        return details().info().notes();
    }

    private void await(Duration duration) {
        time.advanceTimeBy(duration);
    }

    private void answer(int probe, int code) {
        scene.runtime().execs().get(probe).end(ExitStatus.exited(code));
    }

    private void probe(int probe, int code) {
        await(INTERVAL);
        answer(probe, code);
    }

    private int probes() {
        return scene.runtime().execs().size();
    }

    private List<String> healthEvents() {
        return scene.events().stream()
                .filter(line -> line.endsWith("/tasks/health"))
                .toList();
    }

    @Test
    void launch_withAHealthCheck_isStartingAndTold() {
        assertThat(launch(PROBED).notes().health()).isEqualTo(HealthStatus.STARTING);
        assertThat(details().health()).isEqualTo(HealthReport.starting());
        assertThat(details().supervision()).isEqualTo(PROBED.supervision());
        assertThat(healthEvents()).isEmpty();
    }

    @Test
    void health_probesPassAndFail_tellsTheChangesAlone() {
        launch(PROBED);
        probe(0, 0);
        assertThat(notes().health()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(scene.published(HealthChanged.class)).isEqualTo(new HealthChanged(ID, HealthStatus.HEALTHY));
        probe(1, 0);
        probe(2, 1);
        assertThat(notes().health()).isEqualTo(HealthStatus.HEALTHY);
        probe(3, 1);

        assertThat(notes().health()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(details().health())
                .isEqualTo(new HealthReport(HealthStatus.UNHEALTHY, 2, ProbeResult.failed("exit status 1")));
        assertThat(healthEvents()).hasSize(2);
    }

    @Test
    void health_command_isExecutedAsTheContainersOwnProcess() {
        launch(PROBED);
        probe(0, 0);

        assertThat(scene.runtime().executed())
                .containsExactly(Scene.ownProcess().withArgs(List.of("/bin/ok")));
    }

    @Test
    void health_paused_isNotProbedUntilItGoesOn() {
        launch(PROBED);
        probe(0, 0);
        scene.orchestrator().pause(ID).block(AT_ONCE);
        await(Duration.ofHours(1));
        assertThat(probes()).isEqualTo(1);
        assertThat(notes().health()).isEqualTo(HealthStatus.HEALTHY);

        scene.orchestrator().resume(ID).block(AT_ONCE);
        await(INTERVAL.minusMillis(1));
        assertThat(probes()).isEqualTo(1);
        await(Duration.ofMillis(1));

        assertThat(probes()).isEqualTo(2);
    }

    @Test
    void health_pausedWhileItIsProbed_endsTheProbeWithoutAFailure() {
        launch(REQUEST.withHealthCheck(CHECK.withRetries(1), ProbeSpec.exec(List.of("/bin/ok"))));
        await(INTERVAL);

        scene.orchestrator().pause(ID).block(AT_ONCE);

        assertThat(scene.runtime().execs().get(0).hasEnded()).isTrue();
        assertThat(notes().health()).isEqualTo(HealthStatus.STARTING);
    }

    @Test
    void health_pauseThatFails_goesOnWithTheProbes() {
        launch(PROBED);
        scene.runtime().before("pause", Mono.error(new IllegalStateException("no freezer")));
        StepVerifier.create(scene.orchestrator().pause(ID))
                .expectErrorMessage("no freezer")
                .verify(AT_ONCE);

        await(INTERVAL);

        assertThat(probes()).isEqualTo(1);
    }

    @Test
    void health_exited_isProbedNoMoreAndStays() {
        launch(PROBED);
        probe(0, 0);
        await(INTERVAL);
        scene.runtime().end(ID, ExitStatus.exited(0));

        await(Duration.ofHours(1));

        assertThat(probes()).isEqualTo(2);
        assertThat(scene.runtime().execs().get(1).hasEnded()).isTrue();
        assertThat(notes().health()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(healthEvents()).hasSize(1);
    }

    @Test
    void health_startedAgain_isStartingAgain() {
        launch(PROBED.withRestart(RestartPolicy.always()));
        probe(0, 0);
        scene.runtime().end(ID, ExitStatus.exited(0));
        assertThat(notes().health()).isEqualTo(HealthStatus.HEALTHY);

        await(Duration.ofSeconds(1));

        assertThat(notes().health()).isEqualTo(HealthStatus.STARTING);
        await(INTERVAL);
        assertThat(probes()).isEqualTo(2);
    }

    @Test
    void health_probeThatHangs_isKilledAndCounts() {
        launch(PROBED);
        await(INTERVAL.plus(CHECK.timeout()));

        assertThat(scene.runtime().execs().get(0).hasEnded()).isTrue();
        assertThat(details().health())
                .isNotNull()
                .extracting(HealthReport::failures)
                .isEqualTo(1);
    }

    @Test
    void dispose_probed_leavesNothing() {
        launch(PROBED);
        await(INTERVAL);

        scene.orchestrator().disposeLater().block(AT_ONCE);
        await(Duration.ofHours(1));

        assertThat(scene.runtime().has(ID)).isFalse();
        assertThat(probes()).isEqualTo(1);
        assertThat(scene.runtime().execs().get(0).hasEnded()).isTrue();
    }

    @Test
    void deadline_passes_stopsItForGood() {
        launch(REQUEST.withDeadline(Deadline.after(LIMIT)).withRestart(RestartPolicy.always()));
        scene.runtime().end(ID, ExitStatus.exited(1));
        await(Duration.ofSeconds(1));
        await(LIMIT.minusSeconds(1).minusMillis(1));
        assertThat(details().info().status()).isEqualTo(ContainerStatus.RUNNING);

        await(Duration.ofMillis(1));

        assertThat(details().info().exitStatus()).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(notes().endReason()).isEqualTo(EndReason.DEADLINE);
        assertThat(notes().restarts()).isEqualTo(1);
        await(Duration.ofHours(1));
        assertThat(details().info().status()).isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    void deadline_duringTheWait_endsIt() {
        RestartBackoff slow = RestartBackoff.defaults().withMax(LIMIT).withFirst(LIMIT);
        launch(REQUEST.withDeadline(Deadline.after(Duration.ofSeconds(1)))
                .withRestart(RestartPolicy.always().withBackoff(slow)));
        scene.runtime().end(ID, ExitStatus.exited(1));

        await(Duration.ofSeconds(1));

        assertThat(notes().restartsAt()).isNull();
        await(Duration.ofHours(1));
        assertThat(scene.log()).containsOnlyOnce("create");
    }

    @Test
    void deadline_deaf_isKilledAfterTheGracePeriod() {
        scene.runtime().ignoring(Signal.TERM);
        launch(REQUEST.withDeadline(Deadline.after(LIMIT)).withGracePeriod(Duration.ofSeconds(3)));
        await(LIMIT);
        assertThat(details().info().status()).isEqualTo(ContainerStatus.RUNNING);

        await(Duration.ofSeconds(3));

        assertThat(details().info().exitStatus()).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    void deadline_endsBefore_doesNothing() {
        launch(REQUEST.withDeadline(Deadline.after(LIMIT)));
        scene.runtime().end(ID, ExitStatus.exited(0));

        await(LIMIT.multipliedBy(2));

        assertThat(notes().endReason()).isEqualTo(EndReason.PROGRAM);
        assertThat(scene.log()).doesNotContain("kill SIGTERM");
    }

    @Test
    void memory_killBeforeTheExit_isToldBeforeIt() {
        AtomicLong kills = new AtomicLong(5);
        EmbeddedOrchestrator orchestrator = scene.builder()
                .memoryKills(pid -> Mono.just(() -> Mono.fromSupplier(kills::get)))
                .build();
        StepVerifier run = StepVerifier.create(orchestrator.run(Scene.request()))
                .assertNext(report -> assertThat(report.reason()).isEqualTo(EndReason.MEMORY))
                .expectComplete()
                .verifyLater();

        kills.incrementAndGet();
        scene.runtime().end(ID, ExitStatus.signaled(Signal.KILL));

        run.verify(AT_ONCE);
        assertThat(scene.events())
                .containsExactly(
                        "event /tasks/create",
                        "event /tasks/start",
                        "event /tasks/oom",
                        "event /tasks/exit",
                        "event /tasks/delete");
    }

    @Test
    void memory_killBeforeTheStart_isToldBeforeTheExit() {
        AtomicLong kills = new AtomicLong(5);
        EmbeddedOrchestrator orchestrator = scene.builder()
                .memoryKills(pid -> Mono.just(() -> Mono.fromSupplier(kills::get)))
                .build();
        orchestrator.create(REQUEST).block(AT_ONCE);

        kills.incrementAndGet();
        scene.runtime().end(ID, ExitStatus.signaled(Signal.KILL));

        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/oom", "event /tasks/exit");
        ContainerDetails details =
                orchestrator.inspect(ID).blockOptional(AT_ONCE).orElseThrow();
        assertThat(details.info().notes().endReason()).isEqualTo(EndReason.MEMORY);
    }

    @Test
    void memory_createdAndNotStarted_isNotLookedAt() {
        AtomicLong looks = new AtomicLong();
        EmbeddedOrchestrator orchestrator = scene.builder()
                .memoryKills(pid -> Mono.just(() -> Mono.fromSupplier(() -> looks.getAndIncrement() * 0)))
                .build();
        orchestrator.create(REQUEST).block(AT_ONCE);
        await(Duration.ofHours(1));
        assertThat(looks).hasValue(1);

        orchestrator.start(ID).block(AT_ONCE);
        await(MemoryKillWatch.INTERVAL);

        assertThat(looks).hasValue(2);
    }

    @Test
    void memory_killItSurvives_isNotedAndNotItsEnd() {
        AtomicLong kills = new AtomicLong();
        EmbeddedOrchestrator orchestrator = scene.builder()
                .memoryKills(pid -> Mono.just(() -> Mono.fromSupplier(kills::get)))
                .build();
        orchestrator.launch(REQUEST).block(AT_ONCE);
        kills.incrementAndGet();
        await(MemoryKillWatch.INTERVAL);
        assertThat(scene.events()).endsWith("event /tasks/oom");

        scene.runtime().end(ID, ExitStatus.exited(0));

        ContainerNotes notes = orchestrator
                .inspect(ID)
                .blockOptional(AT_ONCE)
                .orElseThrow()
                .info()
                .notes();
        assertThat(notes.isOutOfMemory()).isTrue();
        assertThat(notes.endReason()).isEqualTo(EndReason.PROGRAM);
    }
}
