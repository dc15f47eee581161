// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventFilter;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.RestoreOptions;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class OrchestratorLaunchTest {
    private static final LaunchRequest REQUEST = LaunchRequest.bundle(ID, Scene.BUNDLE);
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private final CommandFailedException failure = new CommandFailedException("no luck", null, null);
    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private ContainerInfo launch() {
        return scene.orchestrator().launch(REQUEST).blockOptional(AT_ONCE).orElseThrow();
    }

    private ContainerInfo info() {
        return scene.orchestrator()
                .inspect(ID)
                .blockOptional(AT_ONCE)
                .orElseThrow()
                .info();
    }

    private void end(int code) {
        scene.runtime().end(ID, ExitStatus.exited(code));
    }

    @Test
    void launch_succeeds_tellsThatItRuns() {
        ContainerInfo info = launch();

        assertThat(info.status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(info.bundle()).isEqualTo(Scene.BUNDLE.toString());
        assertThat(info.pid()).isEqualTo(FakeContainer.PID);
        assertThat(info.startedAt()).isAfterOrEqualTo(info.createdAt());
        assertThat(scene.log()).containsExactly("info", "create", "event /tasks/create", "start", "event /tasks/start");
    }

    @Test
    void launch_itEnds_staysStoppedWithItsStatusUntilItIsRemoved() {
        launch();

        end(3);

        assertThat(info().status()).isEqualTo(ContainerStatus.STOPPED);
        assertThat(info().exitStatus()).isEqualTo(ExitStatus.exited(3));
        assertThat(scene.events()).endsWith("event /tasks/exit");
        scene.orchestrator().remove(ID, DeleteOptions.defaults()).block(AT_ONCE);
        assertThat(scene.log()).endsWith("delete force", "event /tasks/delete", "release");
        StepVerifier.create(scene.orchestrator().inspect(ID))
                .expectError(NoSuchContainerException.class)
                .verify(AT_ONCE);
    }

    @Test
    void launch_removedAtEnd_isGoneThen() {
        scene.orchestrator().launch(REQUEST.withRemovedAtEnd(true)).block(AT_ONCE);

        end(0);

        assertThat(scene.events()).endsWith("event /tasks/exit", "event /tasks/delete");
        assertThat(scene.runtime().has(ID)).isFalse();
        launch();
    }

    @Test
    void launch_startFails_leavesNothing() {
        scene.runtime().before("start", Mono.error(failure));

        StepVerifier.create(scene.orchestrator().launch(REQUEST).doOnError(error -> scene.note("told")))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(scene.log()).endsWith("start", "delete force", "event /tasks/delete", "release", "told");
    }

    @Test
    void launch_cancelledWhileCreating_letsThatFinishAndDeletes() {
        Sinks.Empty<Void> creation = Sinks.empty();
        scene.runtime().before("create", creation.asMono());

        scene.orchestrator().launch(REQUEST).subscribe().dispose();
        creation.tryEmitEmpty();

        assertThat(scene.log()).doesNotContain("start").endsWith("delete force", "event /tasks/delete", "release");
    }

    @Test
    void launch_idIsTaken_isRefusedBeforeTheRuntimeIsAsked() {
        launch();

        StepVerifier.create(scene.orchestrator().launch(REQUEST))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ContainerAlreadyExistsException.class)
                        .hasMessage("container already exists: c1"))
                .verify(AT_ONCE);

        assertThat(scene.log()).containsOnlyOnce("create");
        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void launch_logThatIsNotAllowed_createsNothing() {
        LaunchRequest logged =
                REQUEST.withStreams(LaunchStreams.none().withLog(StdioUri.file(Path.of("/nowhere/log"))));

        StepVerifier.create(scene.orchestrator().launch(logged))
                .expectError(UpstreamException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).isEmpty();
        launch();
    }

    @Test
    void create_thenStart_runs() {
        assertThat(scene.orchestrator().create(REQUEST).block(AT_ONCE))
                .extracting(ContainerInfo::status)
                .isEqualTo(ContainerStatus.CREATED);
        assertThat(scene.log()).containsExactly("info", "create", "event /tasks/create");

        ContainerInfo started =
                scene.orchestrator().start(ID).blockOptional(AT_ONCE).orElseThrow();

        assertThat(started.status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(scene.log()).endsWith("start", "event /tasks/start");
    }

    @Test
    void create_thenRemove_isNeverStarted() {
        scene.orchestrator().create(REQUEST).block(AT_ONCE);

        scene.orchestrator().remove(ID, DeleteOptions.defaults()).block(AT_ONCE);

        assertThat(scene.log()).doesNotContain("start").endsWith("delete force", "event /tasks/delete", "release");
    }

    @Test
    void create_thenStop_endsWithoutAStart() {
        scene.orchestrator().create(REQUEST).block(AT_ONCE);

        StepVerifier.create(scene.orchestrator().stop(ID, StopOptions.defaults()))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/exit");
        scene.orchestrator().remove(ID, DeleteOptions.defaults()).block(AT_ONCE);
        assertThat(scene.log()).doesNotContain("start");
    }

    @Test
    void start_whatRunsAlready_isRefusedWithBothStates() {
        launch();

        StepVerifier.create(scene.orchestrator().start(ID))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalContainerStateException.class)
                        .hasMessage("cannot start container c1 in state running: it must be created"))
                .verify(AT_ONCE);

        assertThat(info().status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(scene.runtime().has(ID)).isTrue();
    }

    @Test
    void start_fails_leavesNothing() {
        scene.orchestrator().create(REQUEST).block(AT_ONCE);
        scene.runtime().before("start", Mono.error(failure));

        StepVerifier.create(scene.orchestrator().start(ID))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(scene.log()).endsWith("delete force", "event /tasks/delete", "release");
    }

    @Test
    void restore_fromAnImage_isCreatedAndStartedByThat() {
        ContainerInfo info = scene.orchestrator()
                .restore(REQUEST, RestoreOptions.from(Path.of("/image")))
                .blockOptional(AT_ONCE)
                .orElseThrow();

        assertThat(info.status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(scene.log()).containsExactly("info", "restore /image", "event /tasks/create", "event /tasks/start");
        end(0);
        assertThat(scene.events()).endsWith("event /tasks/exit");
    }

    @Test
    void remove_whatRuns_isRefusedWithBothStates() {
        launch();

        StepVerifier.create(scene.orchestrator().remove(ID, DeleteOptions.defaults()))
                .expectErrorMessage("cannot delete container c1 in state running: it must be created or stopped")
                .verify(AT_ONCE);
    }

    @Test
    void remove_byForce_killsAtOnceAndPublishesTheExitFirst() {
        launch();

        scene.orchestrator().remove(ID, BY_FORCE).block(AT_ONCE);

        assertThat(scene.log()).doesNotContain("kill SIGTERM").contains("kill SIGKILL all");
        assertThat(scene.events()).endsWith("event /tasks/exit", "event /tasks/delete");
    }

    @Test
    void remove_whatSomebodyRuns_endsThatRunWithItsReport() {
        StepVerifier run = StepVerifier.create(scene.run())
                .assertNext(report -> assertThat(report.status().code()).isEqualTo(137))
                .expectComplete()
                .verifyLater();

        scene.orchestrator().remove(ID, BY_FORCE).block(AT_ONCE);

        run.verify(AT_ONCE);
        assertThat(scene.log()).containsOnlyOnce("delete force");
    }

    @Test
    void remove_whatNobodyKnows_fails() {
        StepVerifier.create(scene.orchestrator().remove(ID, BY_FORCE))
                .expectError(NoSuchContainerException.class)
                .verify(AT_ONCE);
    }

    @Test
    void waitFor_beforeAndAfterTheEnd_tellsTheStatus() {
        launch();
        StepVerifier before = StepVerifier.create(scene.orchestrator().waitFor(ID))
                .expectNext(ExitStatus.exited(5))
                .expectComplete()
                .verifyLater();

        end(5);

        before.verify(AT_ONCE);
        StepVerifier.create(scene.orchestrator().waitFor(ID))
                .expectNext(ExitStatus.exited(5))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void list_ownAndForeign_tellsAllInOrder() {
        scene.runtime().addContainer(ContainerId.of("a-foreign"), Path.of("/other"), Instant.now());
        launch();
        end(7);

        List<ContainerInfo> all =
                scene.orchestrator().list().collectList().blockOptional(AT_ONCE).orElseThrow();

        assertThat(all).extracting(info -> info.id().value()).containsExactly("a-foreign", "c1");
        assertThat(all).extracting(ContainerInfo::exitStatus).containsExactly(null, ExitStatus.exited(7));
    }

    @Test
    void snapshot_followed_missesNothing() {
        ContainerSnapshot empty =
                scene.orchestrator().snapshot().blockOptional(AT_ONCE).orElseThrow();
        launch();
        end(0);

        assertThat(empty.containers()).isEmpty();
        StepVerifier.create(scene.orchestrator()
                        .events(empty.follow(EventFilter.all()))
                        .map(event -> event.topic().path()))
                .expectNext("/tasks/create", "/tasks/start", "/tasks/exit")
                .thenCancel()
                .verify(AT_ONCE);
    }

    @Test
    void stats_stopped_isRefused() {
        launch();
        StepVerifier.create(scene.orchestrator().stats(ID))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
        end(0);

        StepVerifier.create(scene.orchestrator().stats(ID))
                .expectError(ContainerNotRunningException.class)
                .verify(AT_ONCE);
    }

    @Test
    void stats_atAnInterval_comeUntilTheEnd() {
        StepVerifier.withVirtualTime(() -> scene.orchestrator()
                        .launch(REQUEST)
                        .thenMany(scene.orchestrator().stats(ID, Duration.ofSeconds(1))))
                .expectNextCount(1)
                .thenAwait(Duration.ofSeconds(2))
                .expectNextCount(2)
                .then(() -> end(0))
                .expectComplete()
                .verify(AT_ONCE);
    }

    private StepVerifier.FirstStep<ContainerStats> statsThatFailLater() {
        CommandFailedException failure = new CommandFailedException("no such control group", null, null);
        return StepVerifier.withVirtualTime(() -> scene.orchestrator()
                .launch(REQUEST)
                .thenMany(scene.orchestrator().stats(ID, Duration.ofSeconds(1)).doOnNext(sample -> scene.runtime()
                        .before("stats", Mono.error(failure)))));
    }

    @Test
    void stats_failSinceItHasJustEnded_areOver() {
        statsThatFailLater()
                .expectNextCount(1)
                .then(() -> scene.runtime().container(ID).endUnseen())
                .thenAwait(Duration.ofSeconds(1))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void stats_failWhileItRuns_fail() {
        statsThatFailLater()
                .expectNextCount(1)
                .thenAwait(Duration.ofSeconds(1))
                .expectErrorMessage("no such control group")
                .verify(AT_ONCE);
    }

    @Test
    void logs_noLog_saysSo() {
        launch();

        StepVerifier.create(scene.orchestrator().logs(ID, LogsOptions.defaults()))
                .expectErrorMessage("container c1 has no log in a file")
                .verify(AT_ONCE);
    }

    @Test
    void disposeLater_launchedAndCreated_removesThem() {
        launch();
        scene.orchestrator()
                .create(LaunchRequest.bundle(ContainerId.of("c2"), Scene.BUNDLE))
                .block(AT_ONCE);

        scene.orchestrator().disposeLater().block(AT_ONCE);

        assertThat(scene.runtime().has(ID)).isFalse();
        assertThat(scene.runtime().has(ContainerId.of("c2"))).isFalse();
        StepVerifier.create(scene.orchestrator().pause(ID))
                .expectErrorMessage("the orchestrator was disposed of")
                .verify(AT_ONCE);
    }
}
