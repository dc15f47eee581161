// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.runflux.events.ContainerId;
import io.runflux.oci.LinuxResources;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.ContainerSnapshot;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.StopOptions;
import io.runflux.orchestrator.TopOptions;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.wire.ExecBody;
import io.runflux.wire.KillBody;
import io.runflux.wire.ProcessesBody;
import io.runflux.wire.RestoreBody;
import io.runflux.wire.SnapshotBody;
import io.runflux.wire.WirePaths;
import reactor.core.publisher.Mono;

/** Operations with one answer. */
record ContainerAnswers(Orchestrator orchestrator) {
    Mono<Void> list(Exchange exchange) {
        return orchestrator.snapshot().flatMap(snapshot -> list(exchange, snapshot));
    }

    private static Mono<Void> list(Exchange exchange, ContainerSnapshot snapshot) {
        SnapshotBody body = SnapshotBody.of(snapshot);
        exchange.response().header(WirePaths.CURSOR_HEADER, body.cursor().toString());
        return exchange.json(200, body);
    }

    Mono<Void> create(Exchange exchange) {
        boolean isStarted = exchange.query().isTrue("start");
        return exchange.body(LaunchRequest.class).flatMap(request -> create(exchange, request, isStarted));
    }

    private Mono<Void> create(Exchange exchange, LaunchRequest request, boolean isStarted) {
        Caller.audit(exchange, request.id());
        Mono<ContainerInfo> created = isStarted ? orchestrator.launch(request) : orchestrator.create(request);
        return created.flatMap(info -> created(exchange, info));
    }

    private static Mono<Void> created(Exchange exchange, ContainerInfo info) {
        exchange.response().header(HttpHeaderNames.LOCATION, WirePaths.container(info.id()));
        return exchange.json(201, info);
    }

    Mono<Void> restore(Exchange exchange) {
        ContainerId id = exchange.id();
        return exchange.body(RestoreBody.class).flatMap(body -> restore(exchange, id, body));
    }

    private Mono<Void> restore(Exchange exchange, ContainerId id, RestoreBody body) {
        if (!body.launch().id().equals(id)) {
            throw new IllegalArgumentException("field 'launch.id' must be that of the path, " + id + ", was "
                    + body.launch().id());
        }
        Caller.audit(exchange, id);
        return orchestrator.restore(body.launch(), body.options()).flatMap(info -> created(exchange, info));
    }

    Mono<Void> inspect(Exchange exchange) {
        return orchestrator.inspect(exchange.id()).flatMap(details -> exchange.json(200, details));
    }

    Mono<Void> remove(Exchange exchange) {
        DeleteOptions options =
                DeleteOptions.defaults().withForce(exchange.query().isTrue("force"));
        Caller.audit(exchange, exchange.id());
        return orchestrator.remove(exchange.id(), options).then(exchange.empty());
    }

    Mono<Void> start(Exchange exchange) {
        Caller.audit(exchange, exchange.id());
        return orchestrator.start(exchange.id()).flatMap(info -> exchange.json(200, info));
    }

    Mono<Void> stop(Exchange exchange) {
        ContainerId id = exchange.id();
        return exchange.bodyOrDefaults(StopOptions.class)
                .doOnNext(options -> Caller.audit(exchange, id))
                .flatMap(options -> orchestrator.stop(id, options))
                .flatMap(status -> exchange.json(200, status));
    }

    Mono<Void> kill(Exchange exchange) {
        ContainerId id = exchange.id();
        return exchange.bodyOrDefaults(KillBody.class)
                .doOnNext(body -> Caller.audit(exchange, id))
                .flatMap(body -> orchestrator.kill(id, body.signal(), body.toOptions()))
                .then(exchange.empty());
    }

    Mono<Void> pause(Exchange exchange) {
        Caller.audit(exchange, exchange.id());
        return orchestrator.pause(exchange.id()).then(exchange.empty());
    }

    Mono<Void> resume(Exchange exchange) {
        Caller.audit(exchange, exchange.id());
        return orchestrator.resume(exchange.id()).then(exchange.empty());
    }

    Mono<Void> update(Exchange exchange) {
        ContainerId id = exchange.id();
        return exchange.body(LinuxResources.class)
                .doOnNext(resources -> Caller.audit(exchange, id))
                .flatMap(resources -> orchestrator.update(id, resources))
                .then(exchange.empty());
    }

    Mono<Void> checkpoint(Exchange exchange) {
        ContainerId id = exchange.id();
        return exchange.body(CheckpointOptions.class)
                .doOnNext(options -> Caller.audit(exchange, id))
                .flatMap(options -> orchestrator.checkpoint(id, options))
                .then(exchange.empty());
    }

    Mono<Void> exec(Exchange exchange) {
        ContainerId id = exchange.id();
        return exchange.body(ExecBody.class)
                .doOnNext(body -> Caller.audit(exchange, id))
                .flatMap(body -> new CapturedExec(id, body).run(orchestrator))
                .flatMap(output -> exchange.json(200, output));
    }

    Mono<Void> processes(Exchange exchange) {
        return orchestrator
                .processes(exchange.id())
                .collectList()
                .flatMap(processes -> exchange.json(200, new ProcessesBody(processes)));
    }

    Mono<Void> top(Exchange exchange) {
        String columns = exchange.query().text("columns");
        TopOptions options = columns == null ? TopOptions.defaults() : TopOptions.parse(columns);
        return orchestrator.top(exchange.id(), options).flatMap(table -> exchange.json(200, table));
    }

    Mono<Void> sweep(Exchange exchange) {
        Caller.audit(exchange);
        return orchestrator.sweep().flatMap(report -> exchange.json(200, report));
    }
}
