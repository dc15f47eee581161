// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Created;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.Signal;
import io.runflux.runtime.ContainerStdio;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class OrchestratorRunTest {
    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private Mono<Void> exitWith(int code) {
        return Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(code)));
    }

    @Test
    void run_exitsWithZero_callsAndPublishesInOrderEachOnce() {
        scene.runtime().after("start", exitWith(0));
        ContainerStreams streams = new RelayedStreams(
                ContainerStdio.nullDevice(), process -> Mono.fromRunnable(() -> scene.note("relay")));

        StepVerifier.create(scene.run(Scene.request().withStreams(streams)))
                .assertNext(report -> {
                    assertThat(report.id()).isEqualTo(ID);
                    assertThat(report.status()).isEqualTo(ExitStatus.exited(0));
                    assertThat(report.isDrained()).isTrue();
                })
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log())
                .containsExactly(
                        "info",
                        "create",
                        "event /tasks/create",
                        "relay",
                        "start",
                        "event /tasks/start",
                        "event /tasks/exit",
                        "delete force",
                        "event /tasks/delete",
                        "release");
    }

    @Test
    void run_notSubscribedTo_callsNothing() {
        scene.run();

        assertThat(scene.log()).isEmpty();
    }

    @Test
    void run_twice_asksForTheRuntimeOnceAndRunsTwice() {
        scene.runtime().after("start", exitWith(0));
        Mono<RunReport> run = scene.run();

        StepVerifier.create(run.then(run)).expectNextCount(1).expectComplete().verify(AT_ONCE);

        assertThat(scene.log()).containsOnlyOnce("info");
        assertThat(scene.log().stream().filter("create"::equals)).hasSize(2);
        assertThat(scene.events()).hasSize(8);
    }

    @Test
    void run_processDiesBeforeStartIsAnswered_publishesStartFirst() {
        scene.runtime()
                .after(
                        "start",
                        exitWith(3)
                                .then(Mono.defer(() -> Mono.delay(Duration.ofSeconds(1))))
                                .then());

        StepVerifier.withVirtualTime(scene::run)
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(1))
                .assertNext(report -> assertThat(report.status()).isEqualTo(ExitStatus.exited(3)))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.events())
                .containsExactly(
                        "event /tasks/create", "event /tasks/start", "event /tasks/exit", "event /tasks/delete");
    }

    @Test
    void run_killedBySignal_isNoErrorAndPassesTheSignalOn() {
        scene.runtime()
                .after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.signaled(Signal.KILL))));

        StepVerifier.create(scene.run().map(report -> report.status().code()))
                .expectNext(137)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void run_nonZeroExit_everyEventTellsTheSameFacts() {
        scene.runtime().after("start", exitWith(7));

        StepVerifier.create(scene.run()).expectNextCount(1).expectComplete().verify(AT_ONCE);

        Exited exited = scene.published(Exited.class);
        assertThat(scene.published(Created.class))
                .isEqualTo(new Created(ID, Scene.BUNDLE.toString(), FakeContainer.PID, "fake"));
        assertThat(scene.published(Started.class)).isEqualTo(new Started(ID, FakeContainer.PID));
        assertThat(exited.exitStatus()).isEqualTo(ExitStatus.exited(7));
        assertThat(exited.duration()).isNotNull();
        assertThat(scene.published(Deleted.class))
                .isEqualTo(new Deleted(ID, null, ExitStatus.exited(7), exited.exitedAt()));
    }

    @Test
    void run_existingBundle_hasNoCommandPrefix() {
        scene.runtime().after("start", exitWith(0));

        StepVerifier.create(scene.run()).expectNextCount(1).expectComplete().verify(AT_ONCE);

        assertThat(scene.runtime().createOptions().commandPrefix()).isEmpty();
    }

    @Test
    void run_streamHeldAfterExit_reportsNotDrainedAfterTheDrainTimeout() {
        scene.runtime().holdingStreams().after("start", exitWith(0));

        StepVerifier.withVirtualTime(() -> scene.run(Scene.request().withDrainTimeout(Duration.ofSeconds(3))))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(2_999))
                .thenAwait(Duration.ofMillis(1))
                .assertNext(report -> {
                    assertThat(report.isDrained()).isFalse();
                    assertThat(report.status()).isEqualTo(ExitStatus.exited(0));
                })
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void run_drainTimeoutWhileItRuns_doesNotBeginBeforeTheExit() {
        StepVerifier.withVirtualTime(() -> scene.run(
                        Scene.request().withTimeout(Duration.ofDays(2)).withDrainTimeout(Duration.ofSeconds(1))))
                .expectSubscription()
                .expectNoEvent(Duration.ofDays(1))
                .then(() -> scene.runtime().end(ID, ExitStatus.exited(0)))
                .expectNextMatches(RunReport::isDrained)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void run_twoAtOnce_areIndependent() {
        ContainerId other = ContainerId.of("c2");
        RunRequest second = RunRequest.bundle(other, Scene.BUNDLE);

        StepVerifier.create(Mono.zip(scene.run(), scene.run(second)))
                .then(() -> scene.runtime().end(other, ExitStatus.exited(2)))
                .then(() -> assertThat(scene.runtime().has(other)).isFalse())
                .then(() -> assertThat(scene.runtime().has(ID)).isTrue())
                .then(() -> scene.runtime().end(ID, ExitStatus.exited(1)))
                .assertNext(both -> {
                    assertThat(both.getT1().status()).isEqualTo(ExitStatus.exited(1));
                    assertThat(both.getT2().status()).isEqualTo(ExitStatus.exited(2));
                })
                .expectComplete()
                .verify(AT_ONCE);
    }
}
