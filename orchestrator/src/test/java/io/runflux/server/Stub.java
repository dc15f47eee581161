// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpMethod;
import io.runflux.orchestrator.Orchestrator;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.netty.http.client.HttpClient;

/** A server of an orchestrator that gives prepared answers. */
final class Stub implements AutoCloseable {
    private final Path socket;
    private final RunfluxServer server;

    Stub(Path directory, Map<String, Publisher<?>> answers) {
        this(directory, answers, builder -> builder);
    }

    Stub(Path directory, Map<String, Publisher<?>> answers, UnaryOperator<RunfluxServerBuilder> settings) {
        socket = directory.resolve("stub").resolve("api.sock");
        server = settings.apply(RunfluxServer.builder(orchestrator(answers)).unixSocket(socket))
                .start()
                .blockOptional(Served.LIMIT)
                .orElseThrow();
    }

    static Orchestrator orchestrator(Map<String, Publisher<?>> answers) {
        return (Orchestrator) Proxy.newProxyInstance(
                Orchestrator.class.getClassLoader(),
                new Class<?>[] {Orchestrator.class},
                (proxy, method, arguments) -> {
                    Publisher<?> answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new AssertionError("not expected: " + method.getName());
                    }
                    return answer;
                });
    }

    HttpClient client() {
        return HttpClient.newConnection().remoteAddress(() -> new DomainSocketAddress(socket.toString()));
    }

    Served.Answer get(String path, Map<String, String> headers) {
        return Served.ask(client(), HttpMethod.GET, path, headers, "");
    }

    Path socket() {
        return socket;
    }

    RunfluxServer server() {
        return server;
    }

    @Override
    public void close() {
        server.disposeLater().block(Served.LIMIT);
    }
}
