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
import io.runflux.oci.OciProcess;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs the process of a bundle as a plain process; see {@link OciRuntimes#host}. */
final class HostRuntime implements OciRuntime {
    private static final Logger log = LoggerFactory.getLogger(HostRuntime.class);
    private static final DeleteOptions FORCE = DeleteOptions.defaults().withForce(true);
    private static final AtomicBoolean WARNED = new AtomicBoolean();
    private static final String WARNING =
            "the host runtime isolates nothing: processes of containers are plain processes of this host";

    private static final Set<RuntimeFeature> FEATURES = EnumSet.of(
            RuntimeFeature.SPEC,
            RuntimeFeature.KILL_ALL,
            RuntimeFeature.KILL_PROCESS,
            RuntimeFeature.KILL_PROCESS_GROUP,
            RuntimeFeature.TERMINAL,
            RuntimeFeature.PRESERVE_FDS);

    private final HostContainers containers;
    private final HostStarts starts;
    private final HostEnds ends;
    private final HostProcesses processes;

    HostRuntime(HostRuntimeConfig config, ProcessLauncher launcher) {
        ProcessRecords records = new ProcessRecords();
        HostSignals signals = new HostSignals(launcher);
        HostExecutions executions = new HostExecutions(signals);
        containers = new HostContainers(new HostStore(config.root()), records);
        ends = new HostEnds(containers, executions, signals);
        starts = new HostStarts(config, launcher, containers, executions, ends, records);
        processes = new HostProcesses(launcher, containers, executions, records);
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
    public Mono<Features> features() {
        return Mono.error(() -> notSupported(RuntimeFeature.FEATURES));
    }

    @Override
    public Mono<Spec> spec() {
        return Mono.fromSupplier(() -> SpecDefaults.defaults()
                .generate(Path.of("/"), List.of("sh"))
                .withRoot(new Root("rootfs", false, Map.of())));
    }

    @Override
    public Mono<ContainerProcess> create(ContainerId id, Path bundle, CreateOptions options) {
        return createChecked(id, bundle, options)
                .map(init -> starts.keep(id, init))
                .transform(Operation.named("create " + id));
    }

    private Mono<HostProcess> createChecked(ContainerId id, Path bundle, CreateOptions options) {
        Objects.requireNonNull(id, "id");
        Bundles.checkAbsolute(bundle);
        return options.userLog() == null
                ? starts.create(id, bundle, options).doOnSubscribe(subscription -> warnOnce())
                : Mono.error(() -> notSupported(RuntimeFeature.USER_LOG));
    }

    private static void warnOnce() {
        if (WARNED.compareAndSet(false, true)) {
            log.warn(WARNING);
        }
    }

    @Override
    public Mono<Void> start(ContainerId id) {
        return starts.start(id).transform(Operation.named("start " + id));
    }

    @Override
    public Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options) {
        return Mono.usingWhen(
                        createChecked(id, bundle, options),
                        init -> start(id).then(handOver(id, init, options.detached())),
                        init -> Mono.empty(),
                        (init, error) -> delete(id, FORCE),
                        init -> delete(id, FORCE))
                .transform(Operation.named("run " + id));
    }

    private Mono<ContainerProcess> handOver(ContainerId id, HostProcess init, boolean isDetached) {
        return isDetached
                ? Mono.fromSupplier(() -> starts.keep(id, init))
                : starts.attach(id, init, ends.removeEnded(id, init).transform(Operation.named("remove " + id)));
    }

    @Override
    public Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options) {
        Objects.requireNonNull(id, "id");
        return starts.exec(id, process, options).transform(Operation.named("exec " + id));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        Mono<Void> kill =
                switch (options.scope()) {
                    case INIT, ALL -> ends.kill(id, signal, options.scope());
                    case PROCESS, PROCESS_GROUP -> processes.kill(id, signal, options);
                };
        return kill.transform(Operation.named("kill " + id));
    }

    @Override
    public Mono<Void> delete(ContainerId id, DeleteOptions options) {
        return ends.delete(id, options).transform(Operation.named("delete " + id));
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return Mono.error(() -> notSupported(RuntimeFeature.PAUSE));
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return Mono.error(() -> notSupported(RuntimeFeature.PAUSE));
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        return Mono.error(() -> notSupported(RuntimeFeature.UPDATE));
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return containers.state(id).transform(Operation.named("read the state of " + id));
    }

    @Override
    public Mono<Boolean> exists(ContainerId id) {
        return state(id).hasElement().onErrorReturn(NoSuchContainerException.class, false);
    }

    @Override
    public Flux<ContainerState> list() {
        return Blocking.<List<ContainerState>>call(containers::list)
                .transform(Operation.named("list containers"))
                .flatMapIterable(states -> states);
    }

    @Override
    public Mono<Integer> initPid(ContainerId id) {
        return processes.initPid(id).transform(Operation.named("find the process of " + id));
    }

    @Override
    public Flux<Integer> ps(ContainerId id) {
        return processes
                .pids(id)
                .collectList()
                .transform(Operation.named("list the processes of " + id))
                .flatMapIterable(pids -> pids);
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id, ProcessView view) {
        return processes
                .list(id, view)
                .collectList()
                .transform(Operation.named("list the processes of " + id))
                .flatMapIterable(states -> states);
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, List<String> options) {
        return Mono.error(() -> notSupported(RuntimeFeature.TOP));
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return Mono.error(() -> notSupported(RuntimeFeature.STATS));
    }

    @Override
    public Flux<ContainerEvent> events(ContainerId id, Duration interval) {
        return Flux.error(() -> notSupported(RuntimeFeature.EVENTS));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return processes.waitFor(id).transform(Operation.named("wait for " + id));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id, int pid) {
        return processes.waitFor(id, pid).transform(Operation.named("wait for process " + pid + " of " + id));
    }

    @Override
    public Mono<ContainerProcess> process(ContainerId id, int pid) {
        return processes.process(id, pid);
    }

    @Override
    public Mono<Void> deleteProcess(ContainerId id, int pid) {
        return processes.deleteRecord(id, pid);
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        return Mono.error(() -> notSupported(RuntimeFeature.CHECKPOINT));
    }

    @Override
    public Mono<ContainerProcess> restore(ContainerId id, Path bundle, RestoreOptions options) {
        return Mono.error(() -> notSupported(RuntimeFeature.RESTORE));
    }

    private static NotSupportedException notSupported(RuntimeFeature feature) {
        return new NotSupportedException(feature.toString(), "the host runtime");
    }
}
