// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.ContainerStdio;
import io.runflux.server.ProcessSocket.Streams;
import io.runflux.wire.AttachEnding;
import io.runflux.wire.ExecBody;
import io.runflux.wire.ExecEnding;
import io.runflux.wire.RunBody;
import io.runflux.wire.RunEnding;
import io.runflux.wire.WireJson;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Operations with the streams of a process. */
record SocketAnswers(Orchestrator orchestrator, ProcessSocket socket) {
    Mono<Void> exec(Exchange exchange) {
        ContainerId id = exchange.id();
        return socket.open(exchange, (request, streams) -> exec(exchange, id, request, streams));
    }

    private Mono<Object> exec(Exchange exchange, ContainerId id, String request, Streams streams) {
        ExecBody body = WireJson.read(request, ExecBody.class);
        ContainerStreams work = streams.connectedAs(body.streams().toStdio());
        Caller.audit(exchange, id);
        return orchestrator.exec(body.toRequest(id, work)).map(report -> new ExecEnding(report, null));
    }

    Mono<Void> run(Exchange exchange) {
        return socket.open(exchange, (request, streams) -> run(exchange, request, streams));
    }

    private Mono<Object> run(Exchange exchange, String request, Streams streams) {
        RunBody body = WireJson.read(request, RunBody.class);
        ContainerStreams work = streams.connectedAs(body.streams().toStdio());
        Caller.audit(exchange, body.id());
        return orchestrator.run(body.toRequest(work)).map(report -> new RunEnding(report, null));
    }

    /** How the container is connected is known already; what is sent it takes where it can. */
    Mono<Void> attach(Exchange exchange) {
        ContainerId id = exchange.id();
        return socket.open(exchange, (request, streams) -> attach(exchange, id, request, streams));
    }

    private Mono<Object> attach(Exchange exchange, ContainerId id, String request, Streams streams) {
        if (!WireJson.read(request, Map.class).isEmpty()) {
            throw new IllegalArgumentException("the request to attach must be {}");
        }
        Caller.audit(exchange, id);
        return orchestrator
                .attach(id, streams.connectedAs(ContainerStdio.pipes()))
                .<Object>map(status -> new AttachEnding(status, null))
                .defaultIfEmpty(new AttachEnding(null, null));
    }
}
