// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.events.SubscribeOptions;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.LinuxResources;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeInfo;
import io.runflux.stdio.LogRecord;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps the containers that are there, so that disposal can wait for the last of them. */
final class DefaultOrchestrator implements EmbeddedOrchestrator {
    private static final Logger log = LoggerFactory.getLogger(DefaultOrchestrator.class);
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    /** For how long a subscriber that does not read holds up the end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final @Nullable ProcessLauncher ownLauncher;
    private final @Nullable EventStream ownEvents;
    private final RunContext context;
    private final ContainerQueries queries;
    private final OrchestratorMeters meters;
    private final TrackedContainers containers;
    private final Mono<Void> disposal = Mono.defer(this::dispose).cache();
    private volatile boolean isDisposed;

    DefaultOrchestrator(OrchestratorBuilder builder, OrchestratorMeters meters) {
        this.meters = meters;
        ProcessLauncher givenLauncher = builder.launcher();
        ownLauncher = givenLauncher == null ? builder.newLauncher() : null;
        ProcessLauncher launcher =
                meters.launcher(givenLauncher == null ? Objects.requireNonNull(ownLauncher) : givenLauncher);
        EventStream givenEvents = builder.events();
        ownEvents = givenEvents == null ? EventStream.create() : null;
        EventStream events = meters.events(givenEvents == null ? Objects.requireNonNull(ownEvents) : givenEvents);
        OciRuntime runtime =
                new GuardedRuntime(builder.runtime(launcher), builder.guards(), meters, builder.guardClock());
        context = new RunContext(
                runtime,
                askOnce(runtime),
                events,
                HookContext.of(launcher, builder.hooks(), builder.hookTimeout()),
                builder.guards().limits().call(),
                builder.bundleDirectory(),
                builder.resources(launcher),
                new MemoryRegistry(),
                builder.logs(),
                builder.memoryKills());
        containers = new TrackedContainers(context);
        queries = new ContainerQueries(context);
    }

    /** How many containers something is done with. */
    int tracked() {
        return containers.size();
    }

    /** What a runtime is does not change; that it could not be asked may. */
    private static Mono<RuntimeInfo> askOnce(OciRuntime runtime) {
        Duration always = Duration.ofMillis(Long.MAX_VALUE);
        return runtime.info().cache(info -> always, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    @Override
    public Mono<ContainerInfo> create(LaunchRequest request) {
        Objects.requireNonNull(request, "request");
        return Mono.defer(() -> begin(plan("create", request), ContainerRun::create))
                .checkpoint("create " + request.id());
    }

    @Override
    public Mono<ContainerInfo> launch(LaunchRequest request) {
        Objects.requireNonNull(request, "request");
        return Mono.defer(() -> begin(plan("launch", request), ContainerRun::launch))
                .checkpoint("launch " + request.id());
    }

    @Override
    public Mono<ContainerInfo> restore(LaunchRequest request, RestoreOptions options) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(options, "options");
        return Mono.defer(() -> begin(plan("restore", request).from(options), ContainerRun::launch))
                .checkpoint("restore " + request.id());
    }

    /** The streams are those of one container, and so of one subscription. */
    private RunPlan plan(String verb, LaunchRequest request) {
        return RunPlan.launch(verb, request, new LaunchedStreams(request, context.logs(), meters));
    }

    private Mono<ContainerInfo> begin(RunPlan plan, Function<ContainerRun, Mono<Void>> step) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> register(plan)),
                container ->
                        container.beginInTurn(step.apply(container.ownRun())).then(Mono.fromSupplier(container::info)),
                container -> Mono.empty(),
                (container, error) -> container.ownRun().cleanAfter(error),
                container -> container.ownRun().cleanUnheard());
    }

    @Override
    public Mono<RunReport> run(RunRequest request) {
        Objects.requireNonNull(request, "request");
        RunPlan plan = RunPlan.run(request);
        return Mono.usingWhen(
                        Mono.fromSupplier(() -> register(plan)),
                        container -> toEnd(container, container.ownRun()),
                        container -> Mono.empty(),
                        (container, error) -> container.ownRun().cleanAfter(error),
                        container -> container.ownRun().cleanUnheard())
                .checkpoint("run " + request.id());
    }

    private static Mono<RunReport> toEnd(TrackedContainer container, ContainerRun run) {
        return container.beginInTurn(run.launch()).then(run.report()).flatMap(report -> run.cleaning()
                .thenReturn(report));
    }

    /** Registers before it looks whether the door is closed, as disposal closes the door before it looks who is in. */
    private TrackedContainer register(RunPlan plan) {
        TrackedContainer container = TrackedContainer.begin(plan, context);
        containers.add(container);
        if (isDisposed) {
            container.ownRun().finish();
            throw disposedOf();
        }
        return container;
    }

    private static IllegalStateException disposedOf() {
        return new IllegalStateException("the orchestrator was disposed of");
    }

    private Mono<TrackedContainer> find(ContainerId id) {
        return Mono.defer(() -> isDisposed ? Mono.error(disposedOf()) : containers.find(id));
    }

    private <T> Mono<T> with(String verb, ContainerId id, Function<TrackedContainer, Mono<T>> work) {
        Objects.requireNonNull(id, "id");
        return Mono.usingWhen(
                        find(id),
                        work,
                        containers::leave,
                        (container, error) -> containers.leave(container),
                        containers::leaveWhenIdle)
                .checkpoint(verb + " " + id);
    }

    private <T> Flux<T> withMany(String verb, ContainerId id, Function<TrackedContainer, Flux<T>> work) {
        Objects.requireNonNull(id, "id");
        return Flux.usingWhen(
                        find(id),
                        work,
                        containers::leave,
                        (container, error) -> containers.leave(container),
                        containers::leaveWhenIdle)
                .checkpoint(verb + " " + id);
    }

    private <T> Mono<T> change(String verb, ContainerId id, Function<ContainerChanges, Mono<T>> operation) {
        return with(verb, id, container -> operation.apply(new ContainerChanges(container, context)));
    }

    @Override
    public Mono<ContainerInfo> start(ContainerId id) {
        return change("start", id, ContainerChanges::start);
    }

    @Override
    public Mono<ExecReport> exec(ExecRequest request) {
        Objects.requireNonNull(request, "request");
        return with("exec", request.id(), container -> new ContainerExec(request, container, context).run());
    }

    @Override
    public Mono<ExitStatus> stop(ContainerId id, StopOptions options) {
        Objects.requireNonNull(options, "options");
        return change("stop", id, changes -> changes.stop(options));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        Objects.requireNonNull(signal, "signal");
        Objects.requireNonNull(options, "options");
        return change("kill", id, changes -> changes.kill(signal, options));
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return change("pause", id, ContainerChanges::pause);
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return change("resume", id, ContainerChanges::resume);
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        Objects.requireNonNull(resources, "resources");
        return change("update", id, changes -> changes.update(resources));
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        Objects.requireNonNull(options, "options");
        return change("checkpoint", id, changes -> changes.checkpoint(options));
    }

    @Override
    public Mono<Void> remove(ContainerId id, DeleteOptions options) {
        Objects.requireNonNull(options, "options");
        return change("remove", id, changes -> changes.remove(options));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return change("wait for", id, ContainerChanges::exit);
    }

    @Override
    public Mono<ContainerSnapshot> snapshot() {
        return Mono.defer(() -> isDisposed ? Mono.error(disposedOf()) : queries.snapshot())
                .checkpoint("snapshot");
    }

    @Override
    public Mono<ContainerDetails> inspect(ContainerId id) {
        return with("inspect", id, queries::inspect);
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return with("stats", id, queries::stats);
    }

    @Override
    public Flux<ContainerStats> stats(ContainerId id, Duration interval) {
        if (interval.compareTo(MIN_INTERVAL) < 0) {
            throw new IllegalArgumentException("interval must be at least " + MIN_INTERVAL + ", was " + interval);
        }
        return withMany("stats", id, container -> queries.stats(container, interval));
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id) {
        return withMany("list the processes of", id, queries::processes);
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, TopOptions options) {
        Objects.requireNonNull(options, "options");
        return with("list the processes of", id, container -> queries.top(container, options));
    }

    @Override
    public Flux<LogRecord> logs(ContainerId id, LogsOptions options) {
        Objects.requireNonNull(options, "options");
        return withMany("logs", id, container -> queries.logs(container, options));
    }

    @Override
    public Mono<ExitStatus> attach(ContainerId id, ContainerStreams streams) {
        Objects.requireNonNull(streams, "streams");
        return with("attach", id, container -> queries.attach(container, streams));
    }

    @Override
    public Flux<EventEnvelope> events(SubscribeOptions options) {
        return context.events().events(options);
    }

    @Override
    public EventStream eventStream() {
        return context.events();
    }

    @Override
    public OciRuntime runtime() {
        return context.runtime();
    }

    @Override
    public Mono<SweepReport> sweep() {
        return context.keeper().sweep(context.runtime());
    }

    @Override
    public Mono<Void> disposeLater() {
        return disposal;
    }

    private Mono<Void> dispose() {
        isDisposed = true;
        Mono<Void> ended = Mono.when(containers.runs().stream().map(this::end).toList());
        return Mono.usingWhen(Mono.just(this), orchestrator -> ended, DefaultOrchestrator::releaseOwn);
    }

    private Mono<Void> end(ContainerRun run) {
        ContainerId id = run.plan().request().id();
        return run.end(new IllegalStateException("container " + id + " was stopped: the orchestrator was disposed of"))
                .doOnError(e -> log.warn("{}: could not be removed at the end of the orchestrator", id, e))
                .onErrorResume(e -> run.finished());
    }

    private Mono<Void> releaseOwn() {
        Mono<Void> launcherGone = ownLauncher == null ? Mono.empty() : ownLauncher.disposeLater(Duration.ZERO);
        Mono<Void> allHeard = ownEvents == null ? Mono.empty() : ownEvents.disposeLater(LAST_WORDS);
        return Flux.concatDelayError(launcherGone, allHeard).then();
    }
}
