// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableChannel;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpResources;

/** Connects to a port, on the event loops that the launcher uses, too. */
final class TcpProbe implements HealthProbe {
    private static final int MAX_PORT = 65_535;

    private final String host;
    private final int port;

    TcpProbe(String host, int port) {
        check(host, port);
        this.host = host;
        this.port = port;
    }

    static void check(String host, int port) {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("a probe needs a host, was empty");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port must be from 1 to " + MAX_PORT + ", was " + port);
        }
    }

    @Override
    public Mono<ProbeResult> check(Duration limit) {
        return Mono.defer(this::connect).timeout(limit, Mono.fromSupplier(() -> CutOff.after(limit)));
    }

    private Mono<ProbeResult> connect() {
        return TcpClient.newConnection()
                .runOn(TcpResources.get())
                .host(host)
                .port(port)
                .connect()
                .doOnNext(DisposableChannel::dispose)
                .map(connection -> ProbeResult.passed("connected to " + host + ":" + port));
    }
}
