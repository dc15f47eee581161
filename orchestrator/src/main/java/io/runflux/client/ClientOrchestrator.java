// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.handler.codec.http.HttpMethod;
import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.events.SubscribeOptions;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.LinuxResources;
import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.ContainerSnapshot;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.ExecReport;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.LogsOptions;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RunReport;
import io.runflux.orchestrator.RunRequest;
import io.runflux.orchestrator.StopOptions;
import io.runflux.orchestrator.SweepReport;
import io.runflux.orchestrator.TopOptions;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.RestoreOptions;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStart;
import io.runflux.wire.KillBody;
import io.runflux.wire.ProcessesBody;
import io.runflux.wire.RestoreBody;
import io.runflux.wire.SnapshotBody;
import io.runflux.wire.WireDurations;
import io.runflux.wire.WirePaths;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The operations of an orchestrator as requests to the server that has it. */
final class ClientOrchestrator implements Orchestrator {
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);

    private final Http http;
    private final Streams streams;
    private final Duration reconnectTimeout;
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final Mono<Void> disposal = Mono.defer(this::dispose).cache();

    ClientOrchestrator(Http http, Duration reconnectTimeout) {
        this.http = http;
        this.reconnectTimeout = reconnectTimeout;
        streams = new Streams(http);
    }

    @Override
    public Mono<ContainerInfo> create(LaunchRequest request) {
        return post("create", request.id(), WirePaths.CONTAINERS, request, ContainerInfo.class);
    }

    @Override
    public Mono<ContainerInfo> start(ContainerId id) {
        return post("start", id, WirePaths.container(id, "start"), null, ContainerInfo.class);
    }

    @Override
    public Mono<ContainerInfo> launch(LaunchRequest request) {
        return post("launch", request.id(), WirePaths.CONTAINERS + "?start=true", request, ContainerInfo.class);
    }

    @Override
    public Mono<ContainerInfo> restore(LaunchRequest request, RestoreOptions options) {
        RestoreBody body = new RestoreBody(request, options);
        return post("restore", request.id(), WirePaths.container(request.id(), "restore"), body, ContainerInfo.class);
    }

    private <T> Mono<T> post(String verb, ContainerId id, String uri, @Nullable Object body, Class<T> type) {
        return named(verb, id, http.call(HttpMethod.POST, uri, body, type));
    }

    private <T> Mono<T> named(String verb, ContainerId id, Mono<T> operation) {
        Objects.requireNonNull(id, "id");
        return untilClosed(operation).checkpoint(verb + " " + id);
    }

    /** Who has the answer may close at once, before the operation has told that it ends with it. */
    private <T> Mono<T> untilClosed(Mono<T> operation) {
        return Mono.firstWithSignal(closing.asMono().then(disposedOf()), operation);
    }

    private static <T> Mono<T> disposedOf() {
        return Mono.error(() -> new IllegalStateException("the orchestrator was disposed of"));
    }

    @Override
    public Mono<RunReport> run(RunRequest request) {
        return named("run", request.id(), streams.run(request));
    }

    @Override
    public Mono<ExecReport> exec(ExecRequest request) {
        return named("exec", request.id(), streams.exec(request));
    }

    @Override
    public Mono<ExitStatus> attach(ContainerId id, ContainerStreams work) {
        Objects.requireNonNull(work, "streams");
        return named("attach", id, streams.attach(id, work));
    }

    @Override
    public Mono<ExitStatus> stop(ContainerId id, StopOptions options) {
        Objects.requireNonNull(options, "options");
        return named(
                "stop", id, http.wait(HttpMethod.POST, WirePaths.container(id, "stop"), options, ExitStatus.class));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        return post("kill", id, WirePaths.container(id, "kill"), KillBody.of(signal, options), Void.class);
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return post("pause", id, WirePaths.container(id, "pause"), null, Void.class);
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return post("resume", id, WirePaths.container(id, "resume"), null, Void.class);
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        Objects.requireNonNull(resources, "resources");
        return post("update", id, WirePaths.container(id, "update"), resources, Void.class);
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        if (options.status() != null) {
            return Mono.error(() -> new NotSupportedException(
                    "a status of a checkpoint on a descriptor", "a connection to an orchestrator"));
        }
        String uri = WirePaths.container(id, "checkpoint");
        return named("checkpoint", id, http.wait(HttpMethod.POST, uri, options, Void.class));
    }

    @Override
    public Mono<Void> remove(ContainerId id, DeleteOptions options) {
        String uri = WirePaths.container(id) + (options.force() ? "?force=true" : "");
        return named("remove", id, http.call(HttpMethod.DELETE, uri, null, Void.class));
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return named(
                "wait for", id, http.wait(HttpMethod.GET, WirePaths.container(id, "wait"), null, ExitStatus.class));
    }

    @Override
    public Mono<ContainerSnapshot> snapshot() {
        return untilClosed(http.call(HttpMethod.GET, WirePaths.CONTAINERS, null, SnapshotBody.class))
                .map(SnapshotBody::toSnapshot)
                .checkpoint("snapshot");
    }

    @Override
    public Mono<ContainerDetails> inspect(ContainerId id) {
        return named("inspect", id, http.call(HttpMethod.GET, WirePaths.container(id), null, ContainerDetails.class));
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return named(
                "stats", id, http.call(HttpMethod.GET, WirePaths.container(id, "stats"), null, ContainerStats.class));
    }

    /** They are read as they come, so that none waits on the way until it is old. */
    @Override
    public Flux<ContainerStats> stats(ContainerId id, Duration interval) {
        if (interval.compareTo(MIN_INTERVAL) < 0) {
            throw new IllegalArgumentException("interval must be at least " + MIN_INTERVAL + ", was " + interval);
        }
        String uri = WirePaths.container(id, "stats") + "?interval=" + WireDurations.write(interval);
        return lines("stats", id, uri, ContainerStats.class).onBackpressureLatest();
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id) {
        String uri = WirePaths.container(id, "processes");
        return named("list the processes of", id, http.call(HttpMethod.GET, uri, null, ProcessesBody.class))
                .flatMapIterable(ProcessesBody::processes);
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, TopOptions options) {
        String columns = URLEncoder.encode(String.join(",", options.columns()), StandardCharsets.UTF_8);
        String uri = WirePaths.container(id, "top") + (columns.isEmpty() ? "" : "?columns=" + columns);
        return named("list the processes of", id, http.call(HttpMethod.GET, uri, null, ProcessTable.class));
    }

    @Override
    public Flux<LogRecord> logs(ContainerId id, LogsOptions options) {
        LogStart start = options.start();
        String lines = start.equals(LogStart.beginning()) ? "" : "&lines=" + start.lastLines();
        String uri = WirePaths.container(id, "logs") + "?follow=" + options.follow() + lines;
        return lines("logs", id, uri, LogRecord.class);
    }

    /** An error in place of the end would not cancel, in Reactor 3.8. */
    private <T> Flux<T> lines(String verb, ContainerId id, String uri, Class<T> type) {
        return http.lines(uri, headers -> {})
                .filter(line -> !line.isBlank())
                .map(line -> Answers.read(line, type))
                .takeUntilOther(closing.asMono())
                .concatWith(Mono.defer(() -> isClosing() ? disposedOf() : Mono.empty()))
                .checkpoint(verb + " " + id);
    }

    private boolean isClosing() {
        return Boolean.TRUE.equals(closing.scan(Scannable.Attr.TERMINATED));
    }

    @Override
    public Flux<EventEnvelope> events(SubscribeOptions options) {
        Objects.requireNonNull(options, "options");
        return EventFollower.follow(http, options, reconnectTimeout, closing.asMono());
    }

    @Override
    public Mono<SweepReport> sweep() {
        return untilClosed(http.call(HttpMethod.POST, WirePaths.SWEEP, null, SweepReport.class))
                .checkpoint("sweep");
    }

    @Override
    public Mono<Void> disposeLater() {
        return disposal;
    }

    private Mono<Void> dispose() {
        closing.tryEmitEmpty();
        return http.close();
    }
}
