// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerEvent;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.Features;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs the process of a bundle as a plain process; see {@link OciRuntimes#host}. */
final class HostRuntime implements OciRuntime {
    private static final Logger log = LoggerFactory.getLogger(HostRuntime.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();
    private static final String WARNING =
            "the host runtime isolates nothing: processes of containers are plain processes of this host";

    private static final Set<RuntimeFeature> FEATURES = EnumSet.of(RuntimeFeature.KILL_ALL);

    private final HostRuntimeConfig config;
    private final ProcessLauncher launcher;
    private final HostStore store;
    private final HostSignals signals;
    private final Map<ContainerId, HostContainer> containers = new ConcurrentHashMap<>();

    HostRuntime(HostRuntimeConfig config, ProcessLauncher launcher) {
        this.config = config;
        this.launcher = launcher;
        store = new HostStore(config.root());
        signals = new HostSignals(launcher);
    }

    @Override
    public String name() {
        return "host";
    }

    @Override
    public Mono<RuntimeInfo> info() {
        return Mono.fromSupplier(() -> new RuntimeInfo(name(), null, "", false, FEATURES, List.of(WARNING)));
    }

    @Override
    public Mono<ContainerProcess> create(ContainerId id, Path bundle, CreateOptions options) {
        Objects.requireNonNull(id, "id");
        Bundles.checkAbsolute(bundle);
        return Blocking.<ContainerProcess>call(() -> createNow(id, bundle, options))
                .transform(Operation.named("create " + id));
    }

    @Override
    public Mono<Void> start(ContainerId id) {
        return Mono.defer(() -> Blocking.call(() -> beginStart(id))
                        .flatMap(container -> launch(id, container))
                        .cache())
                .transform(Operation.named("start " + id));
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return Blocking.<ContainerState>call(() -> read(id)).transform(Operation.named("read the state of " + id));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        return state(id)
                .flatMap(state -> kill(id, state, signal, options))
                .onErrorMap(ProcessAlreadyExitedException.class, e -> stopped(ContainerOperation.KILL, id))
                .transform(Operation.named("kill " + id));
    }

    @Override
    public Mono<Void> delete(ContainerId id, DeleteOptions options) {
        Mono<Void> delete = Blocking.<ContainerState>call(() -> options.force() ? readAnyway(id) : read(id))
                .flatMap(state -> delete(id, state, options));
        return (options.force() ? delete.onErrorComplete(NoSuchContainerException.class) : delete)
                .transform(Operation.named("delete " + id));
    }

    @Override
    public Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options) {
        Objects.requireNonNull(id, "id");
        return Mono.usingWhen(
                        create(id, bundle, options),
                        created -> start(id).then(attach(id)),
                        created -> Mono.empty(),
                        (created, error) -> delete(id, new DeleteOptions(true)),
                        created -> delete(id, new DeleteOptions(true)))
                .transform(Operation.named("run " + id));
    }

    @Override
    public Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options) {
        Objects.requireNonNull(id, "id");
        return state(id)
                .flatMap(state -> Blocking.call(() -> toExecSpec(id, state, process, options)))
                .flatMap(spec -> launchChecked(id, spec))
                .<ContainerProcess>map(running -> attached(running, running.exit(), running.release()))
                .transform(Operation.named("exec " + id));
    }

    @Override
    public Flux<ContainerState> list() {
        return Blocking.<List<ContainerState>>call(store::list)
                .transform(Operation.named("list containers"))
                .flatMapIterable(states -> states);
    }

    @Override
    public Mono<Boolean> exists(ContainerId id) {
        return state(id).hasElement().onErrorReturn(NoSuchContainerException.class, false);
    }

    @Override
    public Mono<Features> features() {
        return Mono.error(() -> notSupported("features"));
    }

    @Override
    public Mono<Spec> spec() {
        return Mono.error(() -> notSupported("spec"));
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return Mono.error(() -> notSupported("pause"));
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return Mono.error(() -> notSupported("resume"));
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        return Mono.error(() -> notSupported("update"));
    }

    @Override
    public Mono<Integer> initPid(ContainerId id) {
        return Mono.error(() -> notSupported("initPid"));
    }

    @Override
    public Flux<Integer> ps(ContainerId id) {
        return Flux.error(() -> notSupported("ps"));
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id, ProcessView view) {
        return Flux.error(() -> notSupported("processes"));
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, List<String> options) {
        return Mono.error(() -> notSupported("top"));
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return Mono.error(() -> notSupported("stats"));
    }

    @Override
    public Flux<ContainerEvent> events(ContainerId id, Duration interval) {
        return Flux.error(() -> notSupported("events"));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return Mono.error(() -> notSupported("waitFor"));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id, int pid) {
        return Mono.error(() -> notSupported("waitFor"));
    }

    @Override
    public Mono<ContainerProcess> process(ContainerId id, int pid) {
        return Mono.error(() -> notSupported("process"));
    }

    @Override
    public Mono<Void> deleteProcess(ContainerId id, int pid) {
        return Mono.error(() -> notSupported("deleteProcess"));
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        return Mono.error(() -> notSupported("checkpoint"));
    }

    @Override
    public Mono<ContainerProcess> restore(ContainerId id, Path bundle, RestoreOptions options) {
        return Mono.error(() -> notSupported("restore"));
    }

    private NotSupportedException notSupported(String what) {
        return new NotSupportedException(what, "the host runtime");
    }

    private HostContainer createNow(ContainerId id, Path bundle, CreateOptions options) throws IOException {
        if (WARNED.compareAndSet(false, true)) {
            log.warn(WARNING);
        }
        Spec spec = Bundles.read(bundle);
        OciProcess process = spec.process();
        if (process == null) {
            throw new InvalidBundleException(bundle, "it has no process", null, null);
        }
        ProcessSpec launch =
                HostProcessSpecs.of(bundle, spec, config).toSpec(process, options.stdio(), options.parentDeathSignal());
        String token = UUID.randomUUID().toString();
        ContainerState state = ContainerState.of(id.value(), ContainerStatus.CREATED, null, bundle.toString())
                .withCreated(Instant.now())
                .withAnnotations(spec.annotations())
                .withUnknown(HostStore.TOKEN, token);
        store.create(id, state);
        HostContainer container = new HostContainer(id, token, launch);
        containers.put(id, container);
        return container;
    }

    private ContainerState read(ContainerId id) throws IOException {
        try {
            return store.read(id);
        } catch (NoSuchContainerException e) {
            drop(id, containers.get(id));
            throw e;
        }
    }

    private ContainerState readAnyway(ContainerId id) throws IOException {
        try {
            return store.readAnyway(id);
        } catch (NoSuchContainerException e) {
            drop(id, containers.get(id));
            throw e;
        }
    }

    /** Returns the container if this runtime created it; one that another JVM ended or replaced ends here, too. */
    private @Nullable HostContainer own(ContainerId id, ContainerState state) {
        HostContainer container = containers.get(id);
        boolean isOurs = container == null || container.isOf(state);
        if (!isOurs) {
            drop(id, container);
        } else if (container != null && state.status() == ContainerStatus.STOPPED) {
            container.endBeforeStart(ExitStatus.unknown());
        }
        return isOurs ? container : null;
    }

    private void drop(ContainerId id, @Nullable HostContainer container) {
        if (container != null) {
            containers.remove(id, container);
            container.endBeforeStart(ExitStatus.unknown());
        }
    }

    private HostContainer beginStart(ContainerId id) throws IOException {
        ContainerState state = read(id);
        HostContainer container = own(id, state);
        require(ContainerOperation.START, id, state);
        if (container == null) {
            throw new CommandFailedException(
                    "cannot start container " + state.id() + ": only the process that created it can", null, null);
        }
        container.beginStart();
        try {
            claim(ContainerOperation.START, id);
        } catch (IOException | RuntimeException e) {
            container.endFailedStart();
            throw e;
        }
        return container;
    }

    private void claim(ContainerOperation operation, ContainerId id) throws IOException {
        if (!store.claim(id)) {
            throw new IllegalContainerStateException(id, operation, null, null);
        }
    }

    /** A start that fails leaves a stopped container; one that was begun goes on to its end when it is cancelled. */
    private Mono<Void> launch(ContainerId id, HostContainer container) {
        return launchChecked(id, container.spec())
                .doOnNext(container::started)
                .flatMap(process -> Blocking.run(() -> recordStarted(id, process)))
                .then(container.closeStreamsIfReleased())
                .onErrorResume(error -> endStart(id, container).then(Mono.error(error)));
    }

    private Mono<RunningProcess> launchChecked(ContainerId id, ProcessSpec spec) {
        return launcher.launch(spec).onErrorMap(ProcessStartException.class, error -> toStartError(id, error));
    }

    private static OciRuntimeException toStartError(ContainerId id, ProcessStartException error) {
        String message = "cannot start a process of container " + id + ": " + error.getMessage();
        return switch (error.reason()) {
            case PROGRAM_NOT_FOUND, NOT_EXECUTABLE, NOT_A_PROGRAM -> new ProgramNotFoundException(message, null, error);
            case TOO_MANY_PROCESSES, TOO_MANY_DESCRIPTORS, TOO_MANY_LAUNCHES, DISPOSED ->
                new RuntimeUnavailableException(message, error);
            default -> new CommandFailedException(message, null, error);
        };
    }

    private void recordStarted(ContainerId id, RunningProcess process) throws IOException {
        long startTime = ProcFiles.startTime(process.pid()).orElse(0);
        store.write(
                id,
                store.read(id)
                        .withStatus(ContainerStatus.RUNNING)
                        .withPid(process.pid())
                        .withUnknown(HostStore.START_TIME, startTime));
    }

    private Mono<Void> endStart(ContainerId id, HostContainer container) {
        return Mono.fromRunnable(container::endFailedStart)
                .then(container.process().flatMap(RunningProcess::kill))
                .then(recordStopped(id))
                .onErrorComplete();
    }

    private Mono<Void> recordStopped(ContainerId id) {
        return Blocking.run(() -> store.write(
                id, store.read(id).withStatus(ContainerStatus.STOPPED).withPid(null)));
    }

    private static ContainerState require(ContainerOperation operation, ContainerId id, ContainerState state) {
        if (!operation.isAllowedIn(state.status())) {
            throw new IllegalContainerStateException(id, operation, state.status(), null);
        }
        return state;
    }

    private static IllegalContainerStateException stopped(ContainerOperation operation, ContainerId id) {
        return new IllegalContainerStateException(id, operation, ContainerStatus.STOPPED, null);
    }

    private static boolean isForAll(KillOptions options) {
        return options.scope() == KillOptions.Scope.ALL;
    }

    private Mono<Void> kill(ContainerId id, ContainerState state, Signal signal, KillOptions options) {
        if (isForAll(options) && state.status() == ContainerStatus.STOPPED) {
            return Mono.empty();
        }
        require(ContainerOperation.KILL, id, state);
        HostContainer container = own(id, state);
        if (container != null) {
            return kill(id, container, signal, options);
        }
        return state.status() == ContainerStatus.CREATED
                ? claimEnd(id, ContainerOperation.KILL).then(recordStopped(id))
                : signals.send(state, signal, isForAll(options));
    }

    private Mono<Void> kill(ContainerId id, HostContainer container, Signal signal, KillOptions options) {
        if (container.endBeforeStart(ExitStatus.signaled(signal))) {
            return claimEnd(id, ContainerOperation.KILL).then(recordStopped(id));
        }
        return container
                .process()
                .switchIfEmpty(Mono.error(() -> stopped(ContainerOperation.KILL, id)))
                .flatMap(process -> isForAll(options) ? killAll(process, signal) : process.signal(signal));
    }

    /** A process that left the group of the container is still in its session. */
    private Mono<Void> killAll(RunningProcess process, Signal signal) {
        return signals.sendOutsideGroup(process.pid(), signal)
                .then(process.signalGroup(signal).onErrorComplete(ProcessAlreadyExitedException.class));
    }

    private Mono<Void> claimEnd(ContainerId id, ContainerOperation operation) {
        return Blocking.run(() -> claim(operation, id));
    }

    private Mono<Void> delete(ContainerId id, ContainerState state, DeleteOptions options) {
        if (!options.force()) {
            require(ContainerOperation.DELETE, id, state);
        }
        HostContainer container = own(id, state);
        Mono<Void> end = container == null ? endOfAnother(id, state, options) : endOf(id, container, state, options);
        return end.then(forget(id, container));
    }

    private Mono<Void> endOfAnother(ContainerId id, ContainerState state, DeleteOptions options) {
        return switch (state.status()) {
            case RUNNING -> signals.killAndAwait(state);
            case CREATED -> options.force() ? Mono.empty() : claimEnd(id, ContainerOperation.DELETE);
            default -> Mono.empty();
        };
    }

    private Mono<Void> endOf(ContainerId id, HostContainer container, ContainerState state, DeleteOptions options) {
        boolean isStartedMeanwhile = !container.endBeforeStart(ExitStatus.signaled(Signal.KILL))
                && state.status() == ContainerStatus.CREATED;
        return isStartedMeanwhile && !options.force()
                ? Mono.error(() -> new IllegalContainerStateException(
                        id, ContainerOperation.DELETE, ContainerStatus.RUNNING, null))
                : killOthers(state).then(container.remove());
    }

    private Mono<Void> killOthers(ContainerState state) {
        Integer pid = state.pid();
        return pid == null ? Mono.empty() : signals.sendOutsideGroup(pid, Signal.KILL);
    }

    private Mono<Void> forget(ContainerId id, @Nullable HostContainer container) {
        return Blocking.run(() -> {
            store.delete(id);
            if (container != null) {
                containers.remove(id, container);
            }
        });
    }

    private Mono<ContainerProcess> attach(ContainerId id) {
        return Mono.defer(() -> Mono.justOrEmpty(containers.get(id)))
                .flatMap(container -> container.process().map(process -> attached(id, container, process)))
                .cast(ContainerProcess.class)
                .switchIfEmpty(Mono.error(() -> new NoSuchContainerException(id, null)));
    }

    /** The streams outlive the container: whoever is attached may still be reading them. */
    private ContainerProcess attached(ContainerId id, HostContainer container, RunningProcess process) {
        Mono<ExitStatus> exit = process.exit()
                .flatMap(status -> forget(id, container).thenReturn(status))
                .cache();
        return attached(process, exit, process.release().then(exit.then().onErrorComplete()));
    }

    private static ContainerProcess attached(RunningProcess process, Mono<ExitStatus> exit, Mono<Void> ending) {
        return new StartedProcess(process.pid(), ProcessStreams.of(process, null), exit, ending, released -> {});
    }

    private ProcessSpec toExecSpec(ContainerId id, ContainerState state, OciProcess process, ExecOptions options) {
        require(ContainerOperation.EXEC, id, state);
        Path bundle = Path.of(state.bundle());
        return HostProcessSpecs.of(bundle, Bundles.read(bundle), config)
                .toSpec(process, options.stdio(), options.parentDeathSignal());
    }
}
