// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.ExecOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.fake.Failpoint;
import io.runflux.runtime.fake.FakeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The guards before the client of runc, with a runc that fails as the real one does. Nothing may be left of a call. */
class GuardedRuncTest {
    private static final Duration ALL_WAITS = Duration.ofSeconds(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final FakeRuntime fake = FakeRuntime.create(time);
    private final OciRuntime runtime =
            new GuardedRuntime(fake.runtime(), GuardOptions.defaults(), OrchestratorMeters.none(), GuardClock.system());
    private Path bundle = Path.of("/");

    @BeforeEach
    void createContainer(@TempDir Path directory) throws IOException {
        bundle = directory.toRealPath();
        Path rootfs = Files.createDirectory(bundle.resolve("rootfs"));
        OciJson.write(
                bundle.resolve(Spec.FILE_NAME), SpecDefaults.defaults().generate(rootfs, List.of("sleep", "600")));
        StepVerifier.create(create().flatMap(ContainerProcess::release))
                .expectComplete()
                .verify(AT_ONCE);
    }

    private Mono<ContainerProcess> create() {
        return runtime.create(ID, bundle, CreateOptions.defaults());
    }

    @AfterEach
    void findNothingLeft() throws IOException {
        VirtualTimeScheduler.reset();
        assertThat(fake.running()).isZero();
        try (Stream<Path> calls = Files.list(fake.config().temporaryDirectory())) {
            assertThat(calls).isEmpty();
        }
        fake.close();
    }

    @Test
    void delete_controlGroupBusy_isRepeatedUntilItIsNot() {
        fake.failpoint(
                "delete",
                Failpoint.fail(1, "unable to remove cgroup: device or resource busy")
                        .times(2));

        StepVerifier.create(runtime.delete(ID, DeleteOptions.defaults()).then(runtime.exists(ID)))
                .then(() -> time.advanceTimeBy(ALL_WAITS))
                .expectNext(false)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void start_hanging_isKilledAndSettledByTheState() {
        fake.failpoint("start", Failpoint.hang());

        StepVerifier.create(runtime.start(ID))
                .then(() -> time.advanceTimeBy(Duration.ofMinutes(2)))
                .expectErrorMessage("the runtime did not start container c1 within PT2M; the container is created")
                .verify(AT_ONCE);
    }

    @Test
    void list_talkingNonsense_isNotAskedAfterAWhile() {
        fake.failpoint("list", Failpoint.garbage());
        int minimum = GuardOptions.Breaker.defaults().minimumCalls();
        for (int i = 0; i < minimum; i++) {
            StepVerifier.create(runtime.list()).expectError().verify(AT_ONCE);
        }

        StepVerifier.create(runtime.list())
                .expectError(CircuitOpenException.class)
                .verify(AT_ONCE);
    }

    @Test
    void ps_containerMissing_isAskedForeverAfter() {
        fake.failpoint("ps", Failpoint.fail(1, "container does not exist"));

        for (int i = 0; i < 2 * GuardOptions.Breaker.defaults().window(); i++) {
            StepVerifier.create(runtime.ps(ID))
                    .expectError(NoSuchContainerException.class)
                    .verify(AT_ONCE);
        }
    }

    @Test
    void exec_moreThanPlaces_allGetTheirTurn() {
        int many = 30;
        OciProcess process = OciProcess.of(List.of("true"));
        Mono<ContainerProcess> exec = runtime.exec(ID, process, ExecOptions.defaults());

        StepVerifier.create(runtime.start(ID)
                        .thenMany(Flux.range(0, many).flatMap(i -> exec, many))
                        .flatMap(
                                one -> one.exit()
                                        .flatMap(status -> one.release().thenReturn(status)),
                                many)
                        .filter(status -> status.isSuccess())
                        .count())
                .expectNext((long) many)
                .expectComplete()
                .verify(AT_ONCE);
    }
}
