// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ConsoleSize;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class TerminalRunTest {
    private static final TerminalSize SIZE = new TerminalSize(24, 80);

    private final Scene scene = new Scene();
    private final TestPublisher<TerminalSize> sizes = TestPublisher.create();

    @AfterEach
    void close() {
        scene.close();
    }

    private static ContainerStreams onTerminal(Flux<TerminalSize> sizes) {
        return new RelayedStreams(ContainerStdio.outputPipes(), ContainerProcess::drained).onTerminal(SIZE, sizes);
    }

    private RunRequest request() {
        return Scene.request().withStreams(onTerminal(sizes.flux()));
    }

    private void end() {
        scene.runtime().end(ID, ExitStatus.exited(0));
    }

    @Test
    void run_onTerminal_createsItAndAppliesSizesWhileItRuns() {
        StepVerifier.create(scene.run(request()))
                .then(() -> sizes.next(new TerminalSize(40, 120)))
                .then(() -> sizes.next(new TerminalSize(50, 150)))
                .then(this::end)
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.runtime().createOptions().stdio()).isEqualTo(ContainerStdio.terminal(SIZE));
        assertThat(scene.log().stream().filter(line -> line.startsWith("resize")))
                .containsExactly("resize 40 120", "resize 50 150");
        sizes.assertCancelled();
    }

    @Test
    void run_timesOut_asksForNoMoreSizes() {
        StepVerifier.withVirtualTime(() -> scene.run(request().withTimeout(Duration.ofHours(1))))
                .expectSubscription()
                .thenAwait(Duration.ofHours(1))
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        sizes.assertCancelled();
        assertThat(scene.log()).contains("release");
    }

    @Test
    void run_cancelled_asksForNoMoreSizes() {
        StepVerifier.create(scene.run(request()))
                .then(() -> sizes.next(new TerminalSize(40, 120)))
                .thenCancel()
                .verify(AT_ONCE);

        sizes.assertCancelled();
        assertThat(scene.log()).contains("resize 40 120", "release");
    }

    @Test
    void run_sizesFail_failsAndDeletes() {
        StepVerifier.create(scene.run(request()))
                .then(() -> sizes.error(new IllegalStateException("no window")))
                .expectErrorMessage("no window")
                .verify(AT_ONCE);

        assertThat(scene.log()).contains("delete force", "release");
    }

    @Test
    void run_sizesEnd_goesOn() {
        StepVerifier.create(scene.run(request()))
                .then(sizes::complete)
                .then(this::end)
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void run_generatedBundle_asksForTheTerminal(@TempDir Path directory) {
        AtomicReference<OciProcess> process = new AtomicReference<>();
        scene.runtime()
                .lookingAtBundle(bundle -> process.set(
                        OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class).process()));
        scene.runtime().after("start", Mono.fromRunnable(this::end));
        RunRequest request = RunRequest.rootfs(ID, directory, List.of("sh")).withStreams(onTerminal(Flux.never()));

        StepVerifier.create(scene.builder().bundleDirectory(directory).build().run(request))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        OciProcess written = Objects.requireNonNull(process.get());
        assertThat(written.terminal()).isTrue();
        assertThat(written.consoleSize()).isEqualTo(new ConsoleSize(24, 80, Map.of()));
    }

    @Test
    void run_parentDeathSignal_isPassedOn() {
        scene.runtime().after("start", Mono.fromRunnable(this::end));

        StepVerifier.create(scene.run(Scene.request().withParentDeathSignal(Signal.KILL)))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.runtime().createOptions().parentDeathSignal()).isEqualTo(Signal.KILL);
    }
}
