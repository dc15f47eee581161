// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.events.SubscribeOptions;
import io.runflux.metrics.RunfluxMeter;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.RestoreOptions;
import io.runflux.stdio.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Times and observes what is asked of an orchestrator. Streams are not: they last as long as somebody listens. */
final class MeteredOrchestrator implements EmbeddedOrchestrator {
    private final EmbeddedOrchestrator orchestrator;
    private final OrchestratorMeters meters;

    MeteredOrchestrator(EmbeddedOrchestrator orchestrator, OrchestratorMeters meters) {
        this.orchestrator = orchestrator;
        this.meters = meters;
    }

    private <T> Mono<T> metered(String operation, @Nullable ContainerId id, Mono<T> work) {
        Mono<T> timed = meters.timed(
                work, (nanos, outcome, error) -> meters.time(RunfluxMeter.OPERATION, nanos, operation, outcome));
        return meters.observed(RunfluxMeter.ORCHESTRATION, List.of(operation), id, timed);
    }

    @Override
    public Mono<ContainerInfo> create(LaunchRequest request) {
        return metered("create", request.id(), orchestrator.create(request));
    }

    @Override
    public Mono<ContainerInfo> start(ContainerId id) {
        return metered("start", id, orchestrator.start(id));
    }

    @Override
    public Mono<ContainerInfo> launch(LaunchRequest request) {
        return metered("launch", request.id(), meters.launching(request.id(), orchestrator.launch(request)));
    }

    @Override
    public Mono<RunReport> run(RunRequest request) {
        return metered("run", request.id(), meters.launching(request.id(), orchestrator.run(request)));
    }

    @Override
    public Mono<ExecReport> exec(ExecRequest request) {
        return metered("exec", request.id(), orchestrator.exec(request));
    }

    @Override
    public Mono<ExitStatus> stop(ContainerId id, StopOptions options) {
        return metered("stop", id, orchestrator.stop(id, options));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        return metered("kill", id, orchestrator.kill(id, signal, options));
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return metered("pause", id, orchestrator.pause(id));
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return metered("resume", id, orchestrator.resume(id));
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        return metered("update", id, orchestrator.update(id, resources));
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        return metered("checkpoint", id, orchestrator.checkpoint(id, options));
    }

    @Override
    public Mono<ContainerInfo> restore(LaunchRequest request, RestoreOptions options) {
        return metered("restore", request.id(), orchestrator.restore(request, options));
    }

    @Override
    public Mono<Void> remove(ContainerId id, DeleteOptions options) {
        return metered("remove", id, orchestrator.remove(id, options));
    }

    @Override
    public Mono<ContainerSnapshot> snapshot() {
        return metered("snapshot", null, orchestrator.snapshot());
    }

    @Override
    public Mono<ContainerDetails> inspect(ContainerId id) {
        return metered("inspect", id, orchestrator.inspect(id));
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return metered("stats", id, orchestrator.stats(id));
    }

    @Override
    public Flux<ContainerStats> stats(ContainerId id, Duration interval) {
        return orchestrator.stats(id, interval);
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id) {
        return metered("processes", id, orchestrator.processes(id).collectList())
                .flatMapIterable(Function.identity());
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, TopOptions options) {
        return metered("top", id, orchestrator.top(id, options));
    }

    @Override
    public Flux<LogRecord> logs(ContainerId id, LogsOptions options) {
        return orchestrator.logs(id, options);
    }

    @Override
    public Mono<ExitStatus> attach(ContainerId id, ContainerStreams streams) {
        return metered("attach", id, orchestrator.attach(id, streams));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return metered("wait", id, orchestrator.waitFor(id));
    }

    @Override
    public Flux<EventEnvelope> events(SubscribeOptions options) {
        return orchestrator.events(options);
    }

    @Override
    public EventStream eventStream() {
        return orchestrator.eventStream();
    }

    @Override
    public OciRuntime runtime() {
        return orchestrator.runtime();
    }

    @Override
    public Mono<SweepReport> sweep() {
        return metered("sweep", null, orchestrator.sweep());
    }

    @Override
    public Mono<Void> disposeLater() {
        return orchestrator.disposeLater().doFinally(end -> meters.end());
    }
}
