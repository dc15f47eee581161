// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.ExecStarted;
import io.runflux.oci.ConsoleSize;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciProcess;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.InvalidBundleException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class OrchestratorExecTest {
    private static final ExecId EXEC = new ExecId("e1");
    private static final ExecRequest REQUEST =
            ExecRequest.of(ID, OciProcess.of(List.of("true"))).withExecId(EXEC);
    private static final int MANY = 30;

    private final CommandFailedException failure = new CommandFailedException("no luck", null, null);
    private final Scene scene = new Scene();

    @BeforeEach
    void launch() {
        scene.launch(ID);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private Mono<ExecReport> exec(ExecRequest request) {
        return scene.orchestrator().exec(request);
    }

    private void end(int index, int code) {
        scene.runtime().execs().get(index).end(ExitStatus.exited(code));
    }

    private List<String> execEvents() {
        List<String> events = scene.events();
        return events.subList(2, events.size());
    }

    @Test
    void exec_toItsEnd_tellsTheStatusAndEveryEventInOrder() {
        StepVerifier.create(exec(REQUEST))
                .then(() -> end(0, 7))
                .assertNext(report -> {
                    assertThat(report.execId()).isEqualTo(EXEC);
                    assertThat(report.status()).isEqualTo(ExitStatus.exited(7));
                    assertThat(report.isDrained()).isTrue();
                })
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(execEvents())
                .containsExactly(
                        "event /tasks/exec-added",
                        "event /tasks/exec-started",
                        "event /tasks/exit",
                        "event /tasks/delete");
        assertThat(scene.published(ExecStarted.class)).isEqualTo(new ExecStarted(ID, EXEC, FakeContainer.PID));
        assertThat(scene.published(Deleted.class).execId()).isEqualTo(EXEC);
        assertThat(scene.log()).contains("release");
        assertThat(scene.runtime().has(ID)).isTrue();
    }

    @Test
    void exec_commandWithoutAConfiguration_failsBeforeAnythingIsTold() {
        ContainerId foreign = ContainerId.of("foreign");
        scene.runtime().addContainer(foreign, Path.of("/no/such/bundle"), Instant.now());
        scene.runtime().container(foreign).run();

        StepVerifier.create(exec(ExecRequest.of(foreign, List.of("true"))))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidBundleException.class)
                        .hasMessageContaining("/no/such/bundle"))
                .verify(AT_ONCE);

        assertThat(execEvents()).isEmpty();
        assertThat(scene.log()).doesNotContain("exec");
    }

    @Test
    void exec_commandOnATerminal_asksForOneOfThatSize() {
        ContainerStreams streams = ContainerStreams.of(ContainerStdio.terminal(new TerminalSize(10, 20)));
        StepVerifier.create(exec(ExecRequest.of(ID, List.of("sh"))
                        .withEnvironment(List.of("MODE=slow"))
                        .withStreams(streams)
                        .withTimeout(AT_ONCE)))
                .then(() -> Flux.interval(Duration.ofMillis(2))
                        .takeUntil(tick -> !scene.runtime().execs().isEmpty())
                        .blockLast(AT_ONCE))
                .then(() -> end(0, 0))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.runtime().executed())
                .containsExactly(Scene.ownProcess()
                        .withArgs(List.of("sh"))
                        .withEnv(List.of("PATH=/bin", "MODE=slow"))
                        .withTerminal(true)
                        .withConsoleSize(new ConsoleSize(10, 20, Map.of())));
    }

    @Test
    void exec_manyAtOnce_noneWaitsForAnother() {
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().before("exec", answer.asMono());

        StepVerifier all = StepVerifier.create(
                        Flux.range(0, MANY).flatMap(i -> exec(REQUEST.withExecId(ExecRequest.randomId())), MANY))
                .expectNextCount(MANY)
                .expectComplete()
                .verifyLater();
        assertThat(scene.log().stream().filter("exec"::equals)).hasSize(MANY);
        answer.tryEmitEmpty();
        scene.runtime().execs().forEach(each -> each.end(ExitStatus.exited(0)));

        all.verify(AT_ONCE);
        assertThat(scene.events().stream().filter("event /tasks/exit"::equals)).hasSize(MANY);
    }

    @Test
    void exec_whileAChangeIsUnderWay_doesNotWaitForIt() {
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().before("update", answer.asMono());
        scene.orchestrator().update(ID, LinuxResources.none()).subscribe();

        StepVerifier.create(exec(REQUEST))
                .then(() -> end(0, 0))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
        answer.tryEmitEmpty();
    }

    @Test
    void exec_startFails_isToldAndItsEndPublished() {
        scene.runtime().before("exec", Mono.error(failure));

        StepVerifier.create(exec(REQUEST))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(execEvents()).containsExactly("event /tasks/exec-added", "event /tasks/delete");
    }

    @Test
    void exec_timesOut_isKilledBeforeThatIsTold() {
        StepVerifier.withVirtualTime(
                        () -> exec(REQUEST.withTimeout(Duration.ofHours(1))).doOnError(error -> scene.note("told")))
                .expectSubscription()
                .expectNoEvent(Duration.ofHours(1).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorMessage("process e1 of container c1 ran longer than 1h and was killed")
                .verify(AT_ONCE);

        assertThat(scene.log())
                .endsWith("signal SIGKILL", "event /tasks/exit", "release", "event /tasks/delete", "told");
    }

    @Test
    void exec_cancelled_isKilled() {
        exec(REQUEST).subscribe().dispose();

        assertThat(scene.log()).endsWith("signal SIGKILL", "event /tasks/exit", "release", "event /tasks/delete");
    }

    @Test
    void exec_cancelledWhileStarting_letsTheStartFinishAndKills() {
        Sinks.Empty<Void> answer = Sinks.empty();
        scene.runtime().before("exec", answer.asMono());

        exec(REQUEST).subscribe().dispose();
        assertThat(scene.log()).doesNotContain("exec cancelled");
        answer.tryEmitEmpty();

        assertThat(execEvents())
                .containsExactly(
                        "event /tasks/exec-added",
                        "event /tasks/exec-started",
                        "event /tasks/exit",
                        "event /tasks/delete");
    }

    @Test
    void exec_streamsFail_isKilled() {
        ContainerStreams broken = new RelayedStreams(ContainerStdio.nullDevice(), process -> Mono.error(failure));

        StepVerifier.create(exec(REQUEST.withStreams(broken)))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(failure))
                .verify(AT_ONCE);

        assertThat(scene.log()).contains("signal SIGKILL", "release");
    }

    @Test
    void exec_streamHeldAfterExit_reportsNotDrainedAfterTheDrainTimeout() {
        scene.runtime().holdingStreams();

        StepVerifier.withVirtualTime(() -> exec(REQUEST.withDrainTimeout(Duration.ofSeconds(3))))
                .expectSubscription()
                .then(() -> end(0, 0))
                .expectNoEvent(Duration.ofMillis(2_999))
                .thenAwait(Duration.ofMillis(1))
                .assertNext(report -> assertThat(report.isDrained()).isFalse())
                .expectComplete()
                .verify(AT_ONCE);
    }
}
