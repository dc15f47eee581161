// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.RuntimeEvent;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.oci.User;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.WatchedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An orchestrator on a fake runtime, and one log of the runtime's calls and of the events, in their order. A virtual
 * clock must be in place when the orchestrator is first asked for.
 */
final class Scene implements AutoCloseable {
    static final ContainerId ID = ContainerId.of("c1");
    static final Path BUNDLE = newBundle();
    static final Duration CALL_TIMEOUT = Duration.ofMinutes(1);
    static final Duration GRACE = Duration.ofSeconds(10);
    static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<RuntimeEvent> published = new CopyOnWriteArrayList<>();
    private final EventStream events =
            EventStream.builder().deliverOn(Schedulers.immediate(), 1).build();
    private final Disposable recording = events.events().subscribe(this::record);
    private final FakeOciRuntime runtime = new FakeOciRuntime(log::add);
    private final GuardOptions guards;
    private @Nullable EmbeddedOrchestrator orchestrator;

    Scene() {
        this(guards(CALL_TIMEOUT));
    }

    Scene(GuardOptions guards) {
        this.guards = guards;
    }

    /** That of the bundle. */
    static OciProcess ownProcess() {
        return OciProcess.of(List.of("init"))
                .withEnv(List.of("PATH=/bin", "MODE=fast"))
                .withCwd("/srv")
                .withUser(User.of(7, 8));
    }

    /** One for all tests of this JVM, which nobody changes. */
    private static Path newBundle() {
        try {
            Path directory = Files.createTempDirectory("rf-scene");
            directory.toFile().deleteOnExit();
            Path file = directory.resolve(Spec.FILE_NAME);
            file.toFile().deleteOnExit();
            OciJson.write(
                    file,
                    SpecDefaults.defaults().generate(directory, List.of("init")).withProcess(ownProcess()));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FakeOciRuntime runtime() {
        return runtime;
    }

    synchronized EmbeddedOrchestrator orchestrator() {
        if (orchestrator == null) {
            orchestrator = builder().build();
        }
        return Objects.requireNonNull(orchestrator);
    }

    OrchestratorBuilder builder() {
        return Orchestrator.builder()
                .launcher(new NoLauncher())
                .runtime(launcher -> runtime)
                .events(events)
                .guards(guards)
                .guardClock(
                        new GuardClock(Instant::now, () -> Schedulers.parallel().now(TimeUnit.NANOSECONDS)))
                .memoryKills(pid -> Mono.empty());
    }

    /** With one time limit for all calls, and places for all, so that a test waits for its own line alone. */
    static GuardOptions guards(Duration limit) {
        return GuardOptions.defaults()
                .withLimits(new GuardOptions.TimeLimits(limit, limit, limit))
                .withBulkhead(new GuardOptions.Bulkhead(100, 100, 100, limit));
    }

    Mono<RunReport> run() {
        return run(request());
    }

    Mono<RunReport> run(RunRequest request) {
        return orchestrator().run(request);
    }

    static RunRequest request() {
        return RunRequest.bundle(ID, BUNDLE);
    }

    /** Has a container launched, which runs then. */
    void launch(ContainerId id) {
        orchestrator().launch(LaunchRequest.bundle(id, BUNDLE)).block(AT_ONCE);
    }

    void note(String line) {
        log.add(line);
    }

    List<String> log() {
        return List.copyOf(log);
    }

    List<String> events() {
        return log.stream().filter(line -> line.startsWith("event ")).toList();
    }

    <E extends RuntimeEvent> E published(Class<E> kind) {
        return published.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " among " + published));
    }

    @Override
    public void close() {
        recording.dispose();
        events.dispose();
    }

    private void record(EventEnvelope envelope) {
        published.add(envelope.event());
        log.add("event " + envelope.topic().path());
    }

    static final class NoLauncher implements ProcessLauncher {
        @Override
        public Mono<RunningProcess> launch(ProcessSpec spec) {
            throw new AssertionError("the fake runtime launches nothing");
        }

        @Override
        public Mono<WatchedProcess> watch(int pid) {
            throw new AssertionError("the fake runtime watches nothing");
        }

        @Override
        public boolean isNative() {
            return false;
        }

        @Override
        public Mono<Void> disposeLater(Duration grace) {
            throw new AssertionError("a launcher that was given is not disposed of");
        }
    }
}
