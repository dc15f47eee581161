// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Orchestrator;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;
import reactor.test.StepVerifier;

/** There are as many connections as there may be, and nothing is answered. */
class BusyConnectionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ContainerId ID = ContainerId.of("c1");
    private static final String IN_USE = " cannot be reached: all connections that there may be are in use, and ";

    private final Disposable.Composite asking = Disposables.composite();
    private DisposableServer server;
    private String address;

    @BeforeEach
    void serveNobody() {
        server = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
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
