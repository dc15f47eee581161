// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.LogsOptions;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RunRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;
import reactor.test.StepVerifier;

/** There are as many connections as there may be, and nothing is answered. */
class BusyConnectionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ContainerId ID = ContainerId.of("c1");
    private static final String IN_USE = " cannot be reached: all connections that there may be are in use, and ";

    private final Disposable.Composite asking = Disposables.composite();
    private final Sinks.Many<Connection> connections = Sinks.many().replay().all();
    private DisposableServer server;
    private String address;

    @BeforeEach
    void serveNobody() {
        server = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(connection -> connections.emitNext(connection, EmitFailureHandler.busyLooping(LIMIT)))
                .handle((in, out) -> in.receive().then())
                .bindNow(LIMIT);
        address = "http://127.0.0.1:" + server.port();
    }

    @AfterEach
    void close() {
        asking.dispose();
        server.disposeNow(LIMIT);
    }

    private Consumer<Throwable> nothingDone(String message) {
        return error -> assertThat(error)
                .isInstanceOfSatisfying(ServerUnavailableException.class, busy -> assertThat(busy.isMaybeDone())
                        .isFalse())
                .hasMessage(address + message);
    }

    @Test
    void call_noConnectionIsFreeInTime_failsAndSaysThatNothingWasDone() {
        Orchestrator client = RunfluxClient.at(address)
                .maxCalls(1)
                .waitTimeout(Duration.ofMillis(50))
                .build();
        asking.add(client.snapshot().onErrorComplete().subscribe());

        StepVerifier.create(client.snapshot())
                .expectErrorSatisfies(nothingDone(IN_USE + "none was free in time"))
                .verify(LIMIT);
        client.disposeLater().block(LIMIT);
    }

    @Test
    void stream_noConnectionIsFreeInTime_failsAndSaysThatNothingWasDone() {
        Orchestrator client = RunfluxClient.at(address)
                .maxStreams(1)
                .waitTimeout(Duration.ofMillis(50))
                .build();
        asking.add(client.waitFor(ID).onErrorComplete().subscribe());

        StepVerifier.create(client.events())
                .expectErrorSatisfies(nothingDone(IN_USE + "none was free in time"))
                .verify(LIMIT);
        client.disposeLater().block(LIMIT);
    }

    @Test
    void disposal_requestsAreUnderWay_failsThemAndClosesTheirConnections() {
        Orchestrator client = RunfluxClient.connect(address);
        List<Flux<?>> requests = List.of(
                client.snapshot().flux(),
                client.waitFor(ID).flux(),
                client.logs(ID, LogsOptions.defaults().withFollow(true)),
                client.run(RunRequest.rootfs(ID, Path.of("/"), List.of("true"))).flux());
        List<StepVerifier> disposedOf = requests.stream()
                .map(request -> StepVerifier.create(request)
                        .expectErrorMessage("the orchestrator was disposed of")
                        .verifyLater())
                .toList();
        List<Connection> open = connections
                .asFlux()
                .take(requests.size())
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        client.disposeLater().block(LIMIT);

        disposedOf.forEach(request -> request.verify(LIMIT));
        Flux.fromIterable(open).flatMap(Connection::onDispose).then().block(LIMIT);
        StepVerifier.create(client.snapshot())
                .expectErrorMessage("the orchestrator was disposed of")
                .verify(LIMIT);
    }

    @Test
    void call_tooManyWait_failsAtOnce() {
        Orchestrator client = RunfluxClient.at(address).maxCalls(1).build();
        for (int i = 0; i < 9; i++) {
            asking.add(client.snapshot().onErrorComplete().subscribe());
        }

        StepVerifier.create(client.snapshot())
                .expectErrorSatisfies(nothingDone(IN_USE + "as many as may wait for one do"))
                .verify(LIMIT);
        client.disposeLater().block(LIMIT);
    }

    @Test
    void waitTimeout_isNone_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunfluxClient.at(address).waitTimeout(Duration.ZERO))
                .withMessage("wait timeout must be longer than 0, was PT0S");
    }
}
