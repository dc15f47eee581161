// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Containers that the runtime knows and that are nobody's here. */
class OrchestratorFoundTest {
    private static final ContainerId OTHER = ContainerId.of("c2");

    private final Scene scene = new Scene();

    @BeforeEach
    void add() {
        scene.runtime().addContainer(OTHER, Path.of("/other"), Instant.now());
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private EmbeddedOrchestrator orchestrator() {
        return scene.orchestrator();
    }

    private int tracked() {
        return ((DefaultOrchestrator) orchestrator()).tracked();
    }

    @Test
    void inspect_ended_isTrackedNoMore() {
        orchestrator().inspect(OTHER).block(AT_ONCE);

        assertThat(tracked()).isZero();
    }

    @Test
    void inspect_changedBySomebodyElse_tellsWhatItIsLikeNow() {
        Disposable waiting = orchestrator().waitFor(OTHER).subscribe();
        scene.runtime().container(OTHER).run();

        assertThat(orchestrator()
                        .inspect(OTHER)
                        .blockOptional(AT_ONCE)
                        .orElseThrow()
                        .info()
                        .status())
                .isEqualTo(ContainerStatus.RUNNING);
        assertThat(tracked()).isEqualTo(1);
        waiting.dispose();
        assertThat(tracked()).isZero();
    }

    @Test
    void stats_cancelled_isTrackedNoMore() {
        scene.runtime().container(OTHER).run();

        StepVerifier.create(orchestrator().stats(OTHER, Duration.ofSeconds(1)))
                .expectNextCount(1)
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(tracked()).isZero();
    }

    @Test
    void pause_cancelledHalfway_isTrackedUntilItIsDone() {
        scene.runtime().container(OTHER).run();
        Sinks.Empty<Void> pause = Sinks.empty();
        scene.runtime().before("pause", pause.asMono());

        orchestrator().pause(OTHER).subscribe().dispose();
        Disposable resume = orchestrator().resume(OTHER).subscribe();

        assertThat(scene.log()).doesNotContain("resume");
        pause.tryEmitEmpty();
        assertThat(scene.events()).endsWith("event /tasks/paused", "event /tasks/resumed");
        assertThat(resume.isDisposed()).isTrue();
        assertThat(tracked()).isZero();
    }

    @Test
    void stop_ofOneThatHadEndedAndRunsAgain_stopsIt() {
        scene.runtime().end(OTHER, ExitStatus.exited(0));
        orchestrator().inspect(OTHER).block(AT_ONCE);
        scene.runtime().forget(OTHER);
        scene.runtime().addContainer(OTHER, Path.of("/other"), Instant.now());
        scene.runtime().container(OTHER).run();

        StepVerifier.create(orchestrator().stop(OTHER, StopOptions.defaults()))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).contains("kill SIGTERM");
    }
}
