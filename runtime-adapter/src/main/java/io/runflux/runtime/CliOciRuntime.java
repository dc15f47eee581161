// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerEvent;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.Features;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.ContainerStart.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client of a runtime's command line: each operation is one command, or few. */
final class CliOciRuntime implements OciRuntime {
    private final RuntimeCommands commands;
    private final Dialect dialect;
    private final ProcessRecords records = new ProcessRecords();
    private final ContainerStarts starts;
    private final ContainerProcesses processes;

    CliOciRuntime(RuntimeCommands commands, ProcessLauncher launcher) {
        this.commands = commands;
        dialect = commands.dialect();
        processes = new ContainerProcesses(commands, launcher, records);
        starts = new ContainerStarts(commands, launcher, records, processes::kill);
    }

    @Override
    public String name() {
        return dialect.name();
    }

    @Override
    public Mono<RuntimeInfo> info() {
        return commands.profile()
                .flatMap(profile -> Blocking.call(() ->
                        profile.toInfo(TrustedBinary.check(commands.config().binary()))));
    }

    @Override
    public Mono<Features> features() {
        Subject subject = Subject.of("ask for the features of " + name());
        return commands.ensure(RuntimeFeature.FEATURES)
                .then(commands.parse(
                        subject,
                        commands.call(subject, dialect.features()),
                        text -> OciJson.read(text, Features.class)));
    }

    @Override
    public Mono<Spec> spec() {
        return commands.ensure(RuntimeFeature.SPEC)
                .then(commands.callForFile(
                        Subject.of("ask for a configuration by " + name()),
                        dialect::spec,
                        directory -> OciJson.read(directory.resolve(Spec.FILE_NAME), Spec.class)));
    }

    @Override
    public Mono<ContainerProcess> create(ContainerId id, Path bundle, CreateOptions options) {
        Objects.requireNonNull(id, "id");
        Bundles.checkAbsolute(bundle);
        return startChecked(
                check(id, bundle, options),
                new ContainerStart(
                        Subject.of("create", id, bundle),
                        id,
                        true,
                        true,
                        Mode.CREATED,
                        options.stdio(),
                        options.descriptors(),
                        null,
                        null,
                        options.commandPrefix(),
                        (invocation, exchange) -> dialect.create(id, bundle, exchange, options)));
    }

    @Override
    public Mono<Void> start(ContainerId id) {
        Mono<Void> start = commands.call(Subject.of(ContainerOperation.START, id), dialect.start(id))
                .then();
        return commands.explained(id, start)
                .then(records.init(id).doOnNext(CliOciRuntime::started).then());
    }

    private static void started(ProcessRecord init) {
        RuntimeWait waiting = init.waiting();
        if (waiting != null) {
            waiting.begin();
        }
    }

    @Override
    public Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options) {
        Objects.requireNonNull(id, "id");
        Bundles.checkAbsolute(bundle);
        return startChecked(
                check(id, bundle, options),
                new ContainerStart(
                        Subject.of("run", id, bundle),
                        id,
                        true,
                        true,
                        mode(true, options.detached(), options.stdio()),
                        options.stdio(),
                        options.descriptors(),
                        null,
                        options.parentDeathSignal(),
                        options.commandPrefix(),
                        (invocation, exchange) -> dialect.run(id, bundle, exchange, options)));
    }

    /** The bundle is looked at on the thread that prepares the call. */
    private Mono<ContainerProcess> startChecked(Mono<Void> check, ContainerStart start) {
        return Blocking.chain(check.then(starts.start(start)));
    }

    @Override
    public Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options) {
        Objects.requireNonNull(id, "id");
        Mono<Void> check =
                options.descriptors().isEmpty() ? Mono.empty() : commands.ensure(RuntimeFeature.PRESERVE_FDS);
        return check.then(commands.explained(
                id,
                starts.start(new ContainerStart(
                        Subject.of(ContainerOperation.EXEC, id),
                        id,
                        false,
                        false,
                        mode(false, options.detached(), options.stdio()),
                        options.stdio(),
                        options.descriptors(),
                        options.stdio().terminal() == null ? process : process.withTerminal(true),
                        options.parentDeathSignal(),
                        List.of(),
                        (invocation, exchange) -> dialect.exec(id, invocation.processFile(), exchange, options)))));
    }

    private Mode mode(boolean isInit, boolean isDetached, ContainerStdio stdio) {
        if (isDetached) {
            return Mode.DETACHED;
        }
        return stdio.terminal() == null || dialect.attachesTerminals(isInit) ? Mode.ATTACHED : Mode.BOUND;
    }

    private Mono<Void> check(ContainerId id, Path bundle, CreateOptions options) {
        return Flux.concat(
                        ensureIf(options.noPivot(), RuntimeFeature.NO_PIVOT),
                        ensureIf(options.noNewKeyring(), RuntimeFeature.NO_NEW_KEYRING),
                        ensureIf(!options.descriptors().isEmpty(), RuntimeFeature.PRESERVE_FDS),
                        ensureIf(options.userLog() != null, RuntimeFeature.USER_LOG),
                        Bundles.check(bundle, options.stdio()),
                        dialect.overwrites() ? checkIsNew(id) : Mono.<Void>empty())
                .then();
    }

    private Mono<Void> checkIsNew(ContainerId id) {
        return exists(id)
                .filter(isThere -> isThere)
                .flatMap(isThere -> Mono.error(new ContainerAlreadyExistsException(id, null)));
    }

    private Mono<Void> ensureIf(boolean isAsked, RuntimeFeature feature) {
        return isAsked ? commands.ensure(feature) : Mono.empty();
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        return processes.kill(id, signal, options);
    }

    @Override
    public Mono<Void> delete(ContainerId id, DeleteOptions options) {
        return commands.delete(id, options).then(Mono.fromRunnable(() -> records.forget(id)));
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return commands.ensure(RuntimeFeature.PAUSE)
                .then(processes.require(ContainerOperation.PAUSE, id))
                .then(callIn(ContainerOperation.PAUSE, id, dialect.pause(id)));
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return commands.ensure(RuntimeFeature.PAUSE)
                .then(processes.require(ContainerOperation.RESUME, id))
                .then(callIn(ContainerOperation.RESUME, id, dialect.resume(id)));
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        Mono<CommandResult> update = commands.call(Subject.of(ContainerOperation.UPDATE, id), invocation -> invocation
                .write(invocation.resourcesFile(), resources)
                .thenReturn(dialect.update(id, invocation.resourcesFile())));
        return commands.ensure(RuntimeFeature.UPDATE)
                .then(commands.explained(id, update))
                .then();
    }

    private Mono<Void> callIn(ContainerOperation operation, ContainerId id, List<String> arguments) {
        return commands.explained(
                id, commands.call(Subject.of(operation, id), arguments).then());
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return commands.state(id);
    }

    @Override
    public Mono<Boolean> exists(ContainerId id) {
        return state(id).hasElement().onErrorReturn(NoSuchContainerException.class, false);
    }

    @Override
    public Flux<ContainerState> list() {
        return commands.list();
    }

    @Override
    public Mono<Integer> initPid(ContainerId id) {
        return processes.initPid(id);
    }

    @Override
    public Flux<Integer> ps(ContainerId id) {
        return processes.pids(id);
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id, ProcessView view) {
        return processes.list(id, view);
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, List<String> options) {
        return processes.top(id, options);
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        Subject subject = Subject.of(ContainerOperation.STATS, id);
        return commands.ensure(RuntimeFeature.STATS)
                .then(commands.parse(
                        subject,
                        processes.call(ContainerOperation.STATS, id, dialect.stats(id)),
                        text -> OciJson.read(text, ContainerEvent.class)))
                .map(event -> toStats(subject, event));
    }

    private ContainerStats toStats(Subject subject, ContainerEvent event) {
        ContainerStats stats = event.stats();
        if (stats == null) {
            throw new CommandFailedException(
                    "cannot " + subject + ": " + name() + " answered an event of the type " + event.type(), null, null);
        }
        return stats;
    }

    @Override
    public Flux<ContainerEvent> events(ContainerId id, Duration interval) {
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("interval must be at least a millisecond, was " + interval);
        }
        Subject subject = Subject.of(ContainerOperation.EVENTS, id);
        Flux<ContainerEvent> events = commands.stream(subject, dialect.events(id, interval), ContainerEvent.class);
        return commands.ensure(RuntimeFeature.EVENTS)
                .thenMany(dialect.endsEvents() ? events : endedByTheContainer(id, events));
    }

    private Flux<ContainerEvent> endedByTheContainer(ContainerId id, Flux<ContainerEvent> events) {
        return processes.require(ContainerOperation.EVENTS, id).thenMany(until(waitFor(id), events));
    }

    /** An error in place of the end would not cancel, in Reactor 3.8. */
    private static <T> Flux<T> until(Mono<?> end, Flux<T> events) {
        return Flux.defer(() -> {
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            return events.takeUntilOther(end.doOnError(failure::set).onErrorComplete())
                    .concatWith(Mono.defer(() -> Mono.justOrEmpty(failure.get()).flatMap(Mono::error)));
        });
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return processes.waitFor(id);
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id, int pid) {
        return processes.waitFor(id, pid);
    }

    @Override
    public Mono<ContainerProcess> process(ContainerId id, int pid) {
        return processes.find(id, pid).map(ProcessRecord::process);
    }

    @Override
    public Mono<Void> deleteProcess(ContainerId id, int pid) {
        return processes.deleteRecord(id, pid);
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        Mono<CommandResult> checkpoint = Mono.defer(() -> commands.call(
                Subject.of(ContainerOperation.CHECKPOINT, id),
                invocation -> makeDirectory(options.imagePath()).thenReturn(dialect.checkpoint(id, options)),
                options.status() == null ? List.of() : List.of(options.status())));
        return commands.ensure(RuntimeFeature.CHECKPOINT)
                .then(commands.explained(id, checkpoint))
                .onErrorResume(NotSupportedException.class, this::withVersion)
                .then();
    }

    /** A dialect knows what it does not have, and not in which version. */
    private <T> Mono<T> withVersion(NotSupportedException error) {
        return commands.profile()
                .flatMap(profile -> Mono.error(new NotSupportedException(error.what(), profile.toString())));
    }

    private static Mono<Void> makeDirectory(Path path) {
        return Blocking.run(() -> makeDirectoryNow(path));
    }

    private static void makeDirectoryNow(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(Paths.OWNER_ONLY));
        }
    }

    @Override
    public Mono<ContainerProcess> restore(ContainerId id, Path bundle, RestoreOptions options) {
        Objects.requireNonNull(id, "id");
        Bundles.checkAbsolute(bundle);
        CreateOptions create = options.create();
        return commands.ensure(RuntimeFeature.RESTORE)
                .then(check(id, bundle, create))
                .then(Mono.defer(() -> starts.start(new ContainerStart(
                        Subject.of("restore", id, bundle),
                        id,
                        true,
                        false,
                        mode(true, create.detached(), create.stdio()),
                        create.stdio(),
                        create.descriptors(),
                        null,
                        create.parentDeathSignal(),
                        create.commandPrefix(),
                        (invocation, exchange) -> dialect.restore(id, bundle, exchange, options)))))
                .onErrorResume(NotSupportedException.class, this::withVersion);
    }
}
