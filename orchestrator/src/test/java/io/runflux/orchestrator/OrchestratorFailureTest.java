// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.CALL_TIMEOUT;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.RuntimeUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class OrchestratorFailureTest {
    private final CommandFailedException failure = new CommandFailedException("no luck", null, null);
    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private void runFailsWith(Throwable expected) {
        StepVerifier.create(scene.run())
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(expected))
                .verify(AT_ONCE);
    }

    @Test
    void run_containerExists_isLeftAloneEvenIfItLooksLikeOurs() {
        scene.runtime().addContainer(ID, Scene.BUNDLE, Instant.now().plusSeconds(60));

        StepVerifier.create(scene.run())
                .expectError(ContainerAlreadyExistsException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("info", "create");
        assertThat(scene.runtime().has(ID)).isTrue();
    }

    @Test
    void run_createFails_tellsThatErrorAfterLookingForRemains() {
        scene.runtime().before("create", Mono.error(failure));

        runFailsWith(failure);

        assertThat(scene.log()).containsExactly("info", "create", "state");
    }

    @Test
    void run_createAndThenStateFail_tellsTheFirstErrorAndSuppressesTheSecond() {
        RuntimeUnavailableException gone = new RuntimeUnavailableException("gone", null);
        scene.runtime().before("create", Mono.error(failure)).before("state", Mono.error(gone));

        runFailsWith(failure);

        assertThat(failure.getSuppressed()).contains(gone);
    }

    @Test
    void run_runtimeUnavailable_callsNothingElse() {
        RuntimeUnavailableException gone = new RuntimeUnavailableException("gone", null);
        scene.runtime().before("info", Mono.error(gone));

        runFailsWith(gone);

        assertThat(scene.log()).containsExactly("info");
    }

    @Test
    void run_runtimeUnavailableOnce_isAskedAgainByTheNextRun() {
        scene.runtime().before("info", Mono.error(failure));
        runFailsWith(failure);
        scene.runtime().before("info", Mono.empty());

        StepVerifier.create(scene.run())
                .then(() -> scene.runtime().end(ID, ExitStatus.exited(0)))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void run_createTimesOutWithOurContainer_deletesIt() {
        scene.runtime().after("create", Mono.never());

        StepVerifier.withVirtualTime(scene::run)
                .expectSubscription()
                .expectNoEvent(CALL_TIMEOUT.minusMillis(1))
                .thenAwait(CALL_TIMEOUT)
                .expectError(CallTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("info", "create", "create cancelled", "state", "state", "delete force");
        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    void run_createTimesOutWithNoContainerToSee_deletesWhatTheRuntimeDoesNotShowYet() {
        scene.runtime().before("create", Mono.never());

        createTimesOut("there is no such container");

        assertThat(scene.log()).containsExactly("info", "create", "create cancelled", "state", "state", "delete force");
    }

    @Test
    void run_createTimesOutWithAnOlderContainer_leavesItAlone() {
        scene.runtime().before("create", Mono.never());
        scene.runtime().addContainer(ID, Scene.BUNDLE, Instant.now().minusSeconds(60));

        createTimesOut("the container is created");

        assertThat(scene.runtime().has(ID)).isTrue();
    }

    @Test
    void run_createTimesOutWithAContainerOfAnotherBundle_leavesItAlone() {
        scene.runtime().before("create", Mono.never());
        scene.runtime().addContainer(ID, Path.of("/other"), Instant.now().plusSeconds(60));

        createTimesOut("the container is created");

        assertThat(scene.runtime().has(ID)).isTrue();
    }

    private void createTimesOut(String found) {
        StepVerifier.withVirtualTime(scene::run)
                .thenAwait(CALL_TIMEOUT)
                .expectErrorMessage("the runtime did not create container c1 within PT1M; " + found)
                .verify(AT_ONCE);
        assertThat(scene.events()).isEmpty();
    }

    @Test
    void run_startFails_deletesBeforeItTellsAndPublishesNoExit() {
        scene.runtime().before("start", Mono.error(failure));

        StepVerifier.create(scene.run().doOnError(error -> scene.note("told")))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(scene.log())
                .containsExactly(
                        "info",
                        "create",
                        "event /tasks/create",
                        "start",
                        "delete force",
                        "event /tasks/delete",
                        "release",
                        "told");
        assertThat(scene.published(Deleted.class)).isEqualTo(new Deleted(ID, null, ExitStatus.unknown(), null));
    }

    @Test
    void run_startTimesOutButItRuns_goesOn() {
        scene.runtime().after("start", Mono.never());

        StepVerifier.withVirtualTime(scene::run)
                .expectSubscription()
                .expectNoEvent(CALL_TIMEOUT)
                .then(() -> scene.runtime().end(ID, ExitStatus.exited(4)))
                .assertNext(report -> assertThat(report.status()).isEqualTo(ExitStatus.exited(4)))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).containsSubsequence("start", "start cancelled", "state", "event /tasks/start");
    }

    @Test
    void run_startTimesOutAndItIsStillCreated_failsAndDeletes() {
        scene.runtime().before("start", Mono.never());

        StepVerifier.withVirtualTime(scene::run)
                .thenAwait(CALL_TIMEOUT)
                .expectErrorMessage("the runtime did not start container c1 within PT1M; the container is created")
                .verify(AT_ONCE);

        assertThat(scene.events()).containsExactly("event /tasks/create", "event /tasks/delete");
        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    void run_deleteFails_tellsTheErrorAndPublishesNoDeletion() {
        scene.runtime()
                .after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(0))))
                .before("delete force", Mono.error(failure));

        runFailsWith(failure);

        assertThat(scene.log()).containsOnlyOnce("delete force").endsWith("delete force", "release");
        assertThat(scene.events()).doesNotContain("event /tasks/delete");
    }

    @Test
    void run_containerIsGoneBeforeItIsDeleted_isFine() {
        scene.runtime()
                .after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(0))))
                .before("delete force", Mono.error(new NoSuchContainerException(ID, null)));

        StepVerifier.create(scene.run()).expectNextCount(1).expectComplete().verify(AT_ONCE);

        assertThat(scene.events()).endsWith("event /tasks/delete");
    }

    @Test
    void run_streamsFailAtOnce_startsNothing() {
        ContainerStreams streams = new RelayedStreams(ContainerStdio.nullDevice(), process -> Mono.error(failure));

        StepVerifier.create(scene.run(Scene.request().withStreams(streams)))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(scene.log()).doesNotContain("start").endsWith("event /tasks/delete", "release");
    }

    @Test
    void run_streamsFailWhileItRuns_stopsIt() {
        Sinks.Empty<Void> broken = Sinks.empty();
        ContainerStreams streams = new RelayedStreams(ContainerStdio.nullDevice(), process -> broken.asMono());

        StepVerifier.create(scene.run(Scene.request().withStreams(streams)))
                .then(() -> broken.tryEmitError(failure))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(scene.log())
                .endsWith("kill SIGTERM", "event /tasks/exit", "delete force", "event /tasks/delete", "release");
    }

    @Test
    void run_streamsThrow_isTheErrorOfTheRunAndLeavesNothing() {
        ContainerStreams streams = new RelayedStreams(ContainerStdio.nullDevice(), process -> {
            throw failure;
        });

        StepVerifier.create(scene.run(Scene.request().withStreams(streams)))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(scene.runtime().has(ID)).isFalse();
    }

    @Test
    @ResourceLock(Resources.SYSTEM_ERR)
    void disposeLater_containerCannotBeRemoved_completesAndTellsInTheLog() {
        scene.launch(ID);
        scene.runtime().before("delete force", Mono.error(failure));
        PrintStream before = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            scene.orchestrator().disposeLater().block(AT_ONCE);
        } finally {
            System.setErr(before);
        }

        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains(ID + ": could not be removed at the end of the orchestrator");
    }
}
