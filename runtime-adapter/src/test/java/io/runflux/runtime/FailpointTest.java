// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.TIMEOUT;
import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.awaitThat;
import static io.runflux.runtime.Fixtures.complete;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.fake.Failpoint;
import io.runflux.runtime.fake.FakeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Every operation against a runtime that fails, hangs, or does not finish its sentences. */
@Tag("once")
class FailpointTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final ContainerId OTHER = ContainerId.of("c2");

    private final FakeRuntime fake = FakeRuntime.create();
    private final RecordingMonitor monitor = new RecordingMonitor(fake.launcher());
    private final OciRuntime runtime = OciRuntimes.runc(fake.launcher(), monitor, fake.config());
    private Path directory;
    private Path bundle;
    private Path image;

    @BeforeEach
    void startContainer(@TempDir Path temporary) throws IOException {
        directory = temporary;
        bundle = Fixtures.bundle(directory, List.of("sleep", "600"));
        image = Files.createDirectory(directory.resolve("image"));
        Files.writeString(image.resolve("descriptors.json"), "[]");
        complete(started(ID).flatMap(ContainerProcess::release));
    }

    private Mono<ContainerProcess> started(ContainerId id) {
        return runtime.create(id, bundle, CreateOptions.defaults())
                .flatMap(process -> runtime.start(id).thenReturn(process));
    }

    @AfterEach
    void findNothingLeft() {
        awaitThat(Mono.fromSupplier(fake::running), running -> running == 0);
        awaitThat(
                Mono.fromCallable(() -> Fixtures.entries(fake.config().temporaryDirectory())),
                files -> files.isEmpty());
        fake.close();
    }

    static Stream<Case> operations() {
        return Stream.concat(answered(), unanswered());
    }

    /** Those that read what the command prints. */
    static Stream<Case> answered() {
        return Stream.of(
                new Case("features", "features", test -> test.runtime.features()),
                new Case("spec", "spec", test -> test.runtime.spec()),
                new Case("state", "state", test -> test.runtime.state(ID)),
                new Case("exists", "state", test -> test.runtime.exists(ID)),
                new Case("initPid", "state", test -> test.runtime.initPid(ID)),
                new Case("waitFor", "state", test -> test.runtime.waitFor(ID)),
                new Case("waitForPid", "ps", test -> test.runtime.waitFor(ID, 1)),
                new Case("list", "list", test -> test.runtime.list()),
                new Case("ps", "ps", test -> test.runtime.ps(ID)),
                new Case("processes", "ps", test -> test.runtime.processes(ID, ProcessView.RUNNING)),
                new Case("killProcess", "ps", test -> test.runtime.kill(ID, Signal.KILL, KillOptions.process(1))),
                new Case("stats", "events", test -> test.runtime.stats(ID)),
                new Case("events", "events", test -> test.runtime.events(ID, Duration.ofMillis(1))));
    }

    /** Those to which an exit code is all, or a table for people. */
    static Stream<Case> unanswered() {
        return Stream.of(
                new Case("create", "create", test -> released(test.created())),
                new Case("start", "start", test -> test.runtime.start(ID)),
                new Case("run", "run", test -> exit(test.run())),
                new Case("exec", "exec", test -> exit(test.exec())),
                new Case("restore", "restore", test -> exit(test.restored())),
                new Case("kill", "kill", test -> test.runtime.kill(ID, Signal.KILL, KillOptions.init())),
                new Case("killAll", "kill", test -> test.runtime.kill(ID, Signal.KILL, KillOptions.all())),
                new Case("delete", "delete", test -> test.runtime.delete(ID, DeleteOptions.defaults())),
                new Case("pause", "pause", test -> test.runtime.pause(ID)),
                new Case("resume", "resume", test -> test.runtime.pause(ID).then(test.runtime.resume(ID))),
                new Case("update", "update", test -> test.runtime.update(ID, LinuxResources.none())),
                new Case("top", "ps", test -> test.runtime.top(ID, List.of())),
                new Case("checkpoint", "checkpoint", test -> test.runtime.checkpoint(ID, test.toImage())));
    }

    private Mono<ContainerProcess> created() {
        return runtime.create(OTHER, bundle, CreateOptions.defaults());
    }

    private Mono<ContainerProcess> run() {
        return runtime.run(OTHER, bundle, CreateOptions.defaults());
    }

    private Mono<ContainerProcess> exec() {
        return runtime.exec(ID, Fixtures.process("true"), ExecOptions.defaults());
    }

    private Mono<ContainerProcess> restored() {
        return runtime.restore(OTHER, bundle, RestoreOptions.from(image));
    }

    private CheckpointOptions toImage() {
        return CheckpointOptions.to(image);
    }

    private static Mono<ExitStatus> exit(Mono<ContainerProcess> attached) {
        return Mono.usingWhen(attached, ContainerProcess::exit, ContainerProcess::release);
    }

    private static Mono<Void> released(Mono<ContainerProcess> created) {
        return created.flatMap(ContainerProcess::release);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_failing_saysCommandAndCodeAndReasonOnce(Case operation) {
        fake.failpoint(operation.command(), Failpoint.fail(255, "out of luck"));

        StepVerifier.create(operation.on(this))
                .expectErrorSatisfies(
                        error -> assertThat(error).isInstanceOfSatisfying(CommandFailedException.class, failed -> {
                            assertThat(failed.command()).contains(operation.command());
                            assertThat(failed.exitStatus()).isEqualTo(ExitStatus.exited(255));
                            assertThat(failed.logMessage()).isEqualTo("out of luck");
                        }))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_hanging_endsWhenItIsCancelled(Case operation) {
        fake.failpoint(operation.command(), Failpoint.hang());

        StepVerifier.create(operation.on(this).takeUntilOther(monitor.started(operation.command())))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("answered")
    void operation_halfAnswered_failsOnce(Case operation) {
        fake.failpoint(operation.command(), Failpoint.truncate());

        StepVerifier.create(operation.on(this))
                .expectError(CommandFailedException.class)
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("answered")
    void operation_garbageForAnswer_failsOnce(Case operation) {
        fake.failpoint(operation.command(), Failpoint.garbage());

        StepVerifier.create(operation.on(this))
                .expectError(CommandFailedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void top_garbageForATable_failsOnce() {
        fake.failpoint("ps", Failpoint.garbage());

        StepVerifier.create(runtime.top(ID, List.of()))
                .expectError(CommandFailedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void events_delayed_comeAndAreCancelled() {
        fake.failpoint("events", Failpoint.delay(Duration.ofMillis(1)));

        StepVerifier.create(runtime.events(ID, Duration.ofMillis(1)).take(3))
                .expectNextCount(3)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void failpoint_times_areCountedAndTheRestCleared() {
        fake.failpoint("state", Failpoint.fail(1, "twice").times(2));
        fake.failpoint("list", Failpoint.fail(1, "for good"));

        List<Boolean> answers = Flux.range(0, 3)
                .concatMap(index -> runtime.state(ID).hasElement().onErrorReturn(CommandFailedException.class, false))
                .collectList()
                .block(TIMEOUT);
        fake.clearFailpoints();

        assertThat(answers).containsExactly(false, false, true);
        assertThat(await(runtime.list().collectList())).hasSize(1);
    }

    @Test
    void fail_knownWords_areClassified() {
        fake.failpoint("start", Failpoint.fail(1, "container does not exist").once());

        StepVerifier.create(runtime.start(ID))
                .expectError(NoSuchContainerException.class)
                .verify(TIMEOUT);
    }

    @Test
    void callTimeout_hanging_isATypedErrorAndKills() {
        fake.failpoint("state", Failpoint.hang());
        RuntimeConfig limited =
                fake.config().toBuilder().callTimeout(Duration.ofSeconds(30)).build();

        StepVerifier.withVirtualTime(
                        () -> OciRuntimes.runc(fake.launcher(), limited).state(ID))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(29))
                .thenAwait(Duration.ofSeconds(1))
                .expectError(RuntimeTimeoutException.class)
                .verify(TIMEOUT);
        assertThat(fake.running()).isZero();
    }

    /** An operation, and the command that it depends on. */
    record Case(String name, String command, Function<FailpointTest, Publisher<?>> operation) {
        Flux<?> on(FailpointTest test) {
            return Flux.defer(() -> operation.apply(test));
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
