// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Created;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The steps of one container's life. Creation, start and exit are begun once, are never cancelled halfway, and publish
 * their event when they are done, whoever still listens; so they are cached.
 */
final class ContainerSteps {
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private final ContainerId id;
    private final RunPlan plan;
    private final RunBundle bundle;
    private final RunHooks hooks;
    private final TrackedContainer container;
    private final RunContext context;
    private final OciRuntime runtime;
    private final Clock clock = Clock.systemUTC();
    private final Mono<ContainerProcess> creation = Mono.defer(this::create).cache();
    private final Mono<ContainerProcess> start = creation.flatMap(this::start).cache();
    private final Mono<ExitStatus> exit = start.flatMap(this::awaitExit).cache();
    private final AtomicReference<@Nullable Exited> exited = new AtomicReference<>();
    private final Sinks.One<Exited> exitSeen = Sinks.one();
    private volatile @Nullable Instant createRequestedAt;
    private volatile boolean isIdTaken;
    private volatile boolean isIsolated;
    private volatile @Nullable MemoryKillWatch memoryKills;
    private volatile long startedNanos;
    private volatile @Nullable ContainerProcess started;

    ContainerSteps(RunPlan plan, RunBundle bundle, RunHooks hooks, TrackedContainer container, RunContext context) {
        this.plan = plan;
        this.bundle = bundle;
        this.hooks = hooks;
        this.container = container;
        this.context = context;
        id = container.id();
        runtime = context.runtime();
    }

    Mono<ContainerProcess> creation() {
        return creation;
    }

    Mono<ContainerProcess> start() {
        return start;
    }

    Mono<ExitStatus> exit() {
        return exit;
    }

    /** How it ended, or null as long as nobody saw it. */
    @Nullable
    Exited exited() {
        return exited.get();
    }

    /** Emits how it ended as soon as that is seen, and asks for nothing. */
    Mono<Exited> exitSeen() {
        return exitSeen.asMono();
    }

    /** Whether the runtime was asked to create the container, and there was no other of its id. */
    boolean wasCreationRequested() {
        return createRequestedAt != null && !isIdTaken;
    }

    /** Kills one that was created and whose end nobody waits for, and waits for that. */
    Mono<Void> endUnwatched() {
        return creation.flatMap(process -> killAll()
                .then(awaitExit(process))
                .timeout(context.endLimit(), Mono.empty())
                .then());
    }

    /** Kills all that runs in it, and does not wait. What is paused not every runtime signals. */
    Mono<Void> killAll() {
        return container.ensureThawed().then(Mono.defer(this::sendKill));
    }

    /** Signals, waits as long as the grace period, kills, and waits again; a container that is gone is fine. */
    Mono<Void> stop() {
        Duration grace = plan.request().gracePeriod();
        Mono<ExitStatus> politely = grace.isZero() ? Mono.empty() : terminate().then(exitWithin(grace));
        Mono<ExitStatus> forcibly = Mono.defer(this::killAll).then(exitWithin(context.endLimit()));
        return politely.switchIfEmpty(forcibly).then();
    }

    private Mono<Void> terminate() {
        return container
                .signalThawed(Signal.TERM, KillOptions.init())
                .onErrorComplete(NoSuchContainerException.class)
                .onErrorComplete(IllegalContainerStateException.class);
    }

    /** Deletes the container, with what may still run in it, and publishes that; another life may follow. */
    Mono<Void> delete(boolean isReplaced) {
        return runtime.delete(id, BY_FORCE)
                .onErrorComplete(NoSuchContainerException.class)
                .then(Mono.defer(this::ensureExitPublished))
                .then(Mono.defer(() -> recordDeleted(isReplaced)));
    }

    /**
     * After a creation that was given up there may be a container, or half of one. The state says whether it is this
     * run's; a container that was there before is not. Of a creation that ran out of time there may be a part that the
     * runtime does not yet call a container, but would call one that exists.
     */
    Mono<Void> discardRemains(Throwable error) {
        if (!wasCreationRequested()) {
            return Mono.empty();
        }
        return runtime.state(id)
                .map(this::isOurs)
                .onErrorReturn(NoSuchContainerException.class, error instanceof CallTimeoutException)
                .filter(isOurs -> isOurs)
                .flatMap(isOurs -> runtime.delete(id, BY_FORCE))
                .onErrorComplete(NoSuchContainerException.class);
    }

    private Mono<ContainerProcess> create() {
        return container
                .saveBeginning()
                .then(context.info())
                .flatMap(this::create)
                .delayUntil(this::recordCreated)
                .delayUntil(this::openMemoryKills);
    }

    private Mono<ContainerProcess> create(RuntimeInfo info) {
        isIsolated = info.isolates();
        return bundle.prepare(info, hooks).flatMap(this::requestCreate);
    }

    private Mono<ContainerProcess> requestCreate(List<String> prefix) {
        createRequestedAt = clock.instant();
        return make(options(prefix)).doOnError(ContainerAlreadyExistsException.class, e -> isIdTaken = true);
    }

    /** What goes on from an image is started with that. */
    private Mono<ContainerProcess> make(CreateOptions options) {
        RestoreOptions image = plan.image();
        return image == null
                ? runtime.create(id, bundle.directory(), options)
                : runtime.restore(id, bundle.directory(), image.withCreate(options.withDetached(true)));
    }

    private Mono<Void> recordCreated(ContainerProcess process) {
        Created event = new Created(id, bundle.directory().toString(), process.pid(), runtime.name());
        return container.created(event, clock.instant());
    }

    /** What is not isolated has no control group of its own. */
    private Mono<MemoryKillWatch> openMemoryKills(ContainerProcess process) {
        return isIsolated && process.pid() > 0
                ? MemoryKillWatch.open(context.memoryKills().apply(process.pid()))
                        .doOnNext(watch -> memoryKills = watch)
                : Mono.empty();
    }

    private CreateOptions options(List<String> prefix) {
        RunRequest request = plan.request();
        return CreateOptions.defaults()
                .withStdio(request.streams().stdio())
                .withParentDeathSignal(request.parentDeathSignal())
                .withCommandPrefix(prefix);
    }

    private Mono<ContainerProcess> start(ContainerProcess process) {
        Mono<Void> call = plan.image() == null ? runtime.start(id) : Mono.empty();
        return call.then(Mono.fromSupplier(() -> {
                    startedNanos = System.nanoTime();
                    started = process;
                    return process;
                }))
                .delayUntil(done -> container.started(new Started(id, done.pid()), clock.instant()));
    }

    private Mono<ExitStatus> awaitExit(ContainerProcess process) {
        MemoryKillWatch watch = memoryKills;
        Mono<ExitStatus> seen = watch == null ? process.exit() : watch.before(process.exit(), container.outOfMemory());
        return seen.delayUntil(status -> recordExited(process, status));
    }

    /** Passes on the exit of one that was not started, once it is told if that is for want of memory. */
    Mono<ExitStatus> exitUnstarted(ContainerProcess process) {
        MemoryKillWatch watch = memoryKills;
        return watch == null ? process.exit() : watch.atExit(process.exit(), container.outOfMemory());
    }

    private Mono<Void> sendKill() {
        return runtime.kill(id, Signal.KILL, KillOptions.all())
                .onErrorComplete(NoSuchContainerException.class)
                .onErrorComplete(IllegalContainerStateException.class);
    }

    private Mono<ExitStatus> exitWithin(Duration limit) {
        return exit.timeout(limit, Mono.empty());
    }

    /** What was started and is deleted has ended, though its end may be seen a little later, or never. */
    private Mono<Void> ensureExitPublished() {
        ContainerProcess process = started;
        return process == null
                ? Mono.empty()
                : exitWithin(context.endLimit())
                        .onErrorComplete()
                        .switchIfEmpty(Mono.defer(() ->
                                recordExited(process, ExitStatus.unknown()).then(Mono.empty())))
                        .then();
    }

    private boolean isOurs(ContainerState state) {
        Instant created = state.created();
        Instant requested = createRequestedAt;
        return bundle.directory().toString().equals(state.bundle())
                && (created == null || requested == null || !created.isBefore(requested));
    }

    /** Publishes how it ended, once, and tells those who wait, whoever still listens. */
    Mono<Void> recordExited(ContainerProcess process, ExitStatus status) {
        Duration duration = started == null ? null : Duration.ofNanos(System.nanoTime() - startedNanos);
        Exited event = new Exited(id, null, process.pid(), status, clock.instant(), duration);
        return exited.compareAndSet(null, event)
                ? container.exited(event, () -> exitSeen.tryEmitValue(event)).cache()
                : Mono.empty();
    }

    private Mono<Void> recordDeleted(boolean isReplaced) {
        Exited end = exited();
        Deleted event = end == null
                ? new Deleted(id, null, ExitStatus.unknown(), null)
                : new Deleted(id, null, end.exitStatus(), end.exitedAt());
        return isReplaced ? container.replaced(event) : container.deleted(event);
    }
}
