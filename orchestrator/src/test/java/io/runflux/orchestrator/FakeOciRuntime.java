// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerEvent;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.Features;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.ExecOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.ProcessView;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A runtime that does at once what one that works would do, but where a test scripts it: what an operation waits for
 * before it has its effect, and what it waits for between the effect and the answer. Every call is written down; a
 * cancelled one a second time.
 */
final class FakeOciRuntime implements OciRuntime {
    private final Consumer<String> log;
    private final Map<String, Mono<Void>> before = new ConcurrentHashMap<>();
    private final Map<String, Mono<Void>> after = new ConcurrentHashMap<>();
    private final Map<ContainerId, FakeContainer> containers = new ConcurrentHashMap<>();
    private final List<FakeContainer> execs = new CopyOnWriteArrayList<>();
    private final List<OciProcess> executed = new CopyOnWriteArrayList<>();
    private final Set<Signal> ignored = ConcurrentHashMap.newKeySet();
    private volatile boolean isIsolating = true;
    private volatile boolean isStreamHeld;
    private volatile Consumer<Path> bundleCheck = bundle -> {};
    private volatile @Nullable CreateOptions createOptions;

    FakeOciRuntime(Consumer<String> log) {
        this.log = log;
    }

    FakeOciRuntime before(String operation, Mono<Void> wait) {
        before.put(operation, wait);
        return this;
    }

    FakeOciRuntime after(String operation, Mono<Void> wait) {
        after.put(operation, wait);
        return this;
    }

    FakeOciRuntime ignoring(Signal signal) {
        ignored.add(signal);
        return this;
    }

    FakeOciRuntime isolating(boolean value) {
        isIsolating = value;
        return this;
    }

    FakeOciRuntime holdingStreams() {
        isStreamHeld = true;
        return this;
    }

    FakeOciRuntime lookingAtBundle(Consumer<Path> check) {
        bundleCheck = check;
        return this;
    }

    void addContainer(ContainerId id, Path bundle, Instant created) {
        containers.put(id, new FakeContainer(id, bundle, created, false, log));
    }

    void end(ContainerId id, ExitStatus status) {
        container(id).end(status);
    }

    /** Somebody else removes it. */
    void forget(ContainerId id) {
        containers.remove(id);
    }

    FakeContainer container(ContainerId id) {
        FakeContainer container = containers.get(id);
        if (container == null) {
            throw new NoSuchContainerException(id, null);
        }
        return container;
    }

    /** The further processes, in the order of their starts. */
    List<FakeContainer> execs() {
        return execs;
    }

    /** What they were, in the same order. */
    List<OciProcess> executed() {
        return executed;
    }

    boolean has(ContainerId id) {
        return containers.containsKey(id);
    }

    CreateOptions createOptions() {
        return Objects.requireNonNull(createOptions, "nothing was created");
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Mono<RuntimeInfo> info() {
        return scripted(
                "info", Mono.fromSupplier(() -> new RuntimeInfo("fake", null, "", isIsolating, Set.of(), List.of())));
    }

    @Override
    public Mono<ContainerProcess> create(ContainerId id, Path bundle, CreateOptions options) {
        return scripted("create", Mono.fromSupplier(() -> createNow(id, bundle, options)));
    }

    @Override
    public Mono<Void> start(ContainerId id) {
        return scripted("start", Mono.fromRunnable(() -> container(id).run()));
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return scripted("state", Mono.fromSupplier(() -> container(id).state()));
    }

    @Override
    public Mono<Features> features() {
        return Mono.error(() -> new NotSupportedException("features", name()));
    }

    @Override
    public Mono<Spec> spec() {
        return Mono.error(() -> new NotSupportedException("spec", name()));
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return scripted("pause", Mono.fromRunnable(() -> container(id).pause()));
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return scripted("resume", Mono.fromRunnable(() -> container(id).run()));
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        return scripted("update", Mono.empty());
    }

    @Override
    public Mono<Boolean> exists(ContainerId id) {
        return Mono.error(() -> new NotSupportedException("exists", name()));
    }

    @Override
    public Mono<Integer> initPid(ContainerId id) {
        return Mono.error(() -> new NotSupportedException("initPid", name()));
    }

    @Override
    public Flux<Integer> ps(ContainerId id) {
        return Flux.error(() -> new NotSupportedException("ps", name()));
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id, ProcessView view) {
        return Flux.error(() -> new NotSupportedException("processes", name()));
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, List<String> options) {
        return Mono.error(() -> new NotSupportedException("top", name()));
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return scripted(
                "stats",
                Mono.fromSupplier(() -> new ContainerStats(null, null, null, null, Map.of(), List.of(), Map.of())));
    }

    @Override
    public Flux<ContainerEvent> events(ContainerId id, Duration interval) {
        return Flux.error(() -> new NotSupportedException("events", name()));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return scripted("wait", Mono.defer(() -> container(id).exit()));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id, int pid) {
        return Mono.error(() -> new NotSupportedException("waitFor", name()));
    }

    @Override
    public Mono<ContainerProcess> process(ContainerId id, int pid) {
        return Mono.error(() -> new NotSupportedException("process", name()));
    }

    @Override
    public Mono<Void> deleteProcess(ContainerId id, int pid) {
        return Mono.error(() -> new NotSupportedException("deleteProcess", name()));
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        return scripted("checkpoint " + options.imagePath(), Mono.empty());
    }

    @Override
    public Mono<ContainerProcess> restore(ContainerId id, Path bundle, RestoreOptions options) {
        return scripted("restore " + options.imagePath(), Mono.fromSupplier(() -> {
            ContainerProcess process = createNow(id, bundle, options.create());
            container(id).run();
            return process;
        }));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        return scripted(
                "kill " + signal + (options.equals(KillOptions.all()) ? " all" : ""),
                Mono.fromRunnable(() -> killNow(id, signal)));
    }

    @Override
    public Mono<Void> delete(ContainerId id, DeleteOptions options) {
        return scripted(options.force() ? "delete force" : "delete", Mono.fromRunnable(() -> deleteNow(id)));
    }

    @Override
    public Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options) {
        throw new AssertionError("run is not called by the orchestrator");
    }

    @Override
    public Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options) {
        return scripted("exec", Mono.fromSupplier(() -> {
            FakeContainer further = new FakeContainer(id, Path.of("/"), Instant.now(), isStreamHeld, log);
            further.run();
            execs.add(further);
            executed.add(process);
            return further;
        }));
    }

    @Override
    public Flux<ContainerState> list() {
        return Flux.defer(() -> Flux.fromIterable(containers.values())).map(FakeContainer::state);
    }

    private <T> Mono<T> scripted(String call, Mono<T> effect) {
        Mono<T> answer = effect.flatMap(value -> wait(after, call).thenReturn(value))
                .switchIfEmpty(Mono.defer(() -> wait(after, call).then(Mono.empty())));
        return Mono.defer(() -> wait(before, call).then(answer))
                .doOnSubscribe(subscription -> log.accept(call))
                .doOnCancel(() -> log.accept(call + " cancelled"));
    }

    private static Mono<Void> wait(Map<String, Mono<Void>> script, String call) {
        return script.getOrDefault(call, Mono.empty());
    }

    private ContainerProcess createNow(ContainerId id, Path bundle, CreateOptions options) {
        createOptions = options;
        bundleCheck.accept(bundle);
        FakeContainer container = new FakeContainer(id, bundle, Instant.now(), isStreamHeld, log);
        if (containers.putIfAbsent(id, container) != null) {
            throw new ContainerAlreadyExistsException(id, null);
        }
        return container;
    }

    private void killNow(ContainerId id, Signal signal) {
        FakeContainer container = container(id);
        if (!ignored.contains(signal)) {
            container.end(ExitStatus.signaled(signal));
        }
    }

    private void deleteNow(ContainerId id) {
        FakeContainer container = container(id);
        containers.remove(id);
        if (!container.hasEnded()) {
            container.end(ExitStatus.signaled(Signal.KILL));
        }
    }
}
