// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.orchestrator.Orchestrator;
import reactor.core.publisher.Mono;

/**
 * An orchestrator that others use over HTTP.
 *
 * <pre>{@code
 * RunfluxServer.builder(orchestrator)
 *         .unixSocket(Path.of("/run/runflux/api.sock"))
 *         .start()
 * }</pre>
 *
 * <p>Who can reach it can do all that its user can: run any program. A unix socket is for this user alone; see
 * {@link RunfluxServerBuilder#tcp} for what TCP needs. What changes, enters, signals or runs something is told to the
 * logger {@code io.runflux.audit}: who, what, which container; never arguments or environments.
 *
 * <p>The server does not own the orchestrator.
 */
public final class RunfluxServer {
    private final String address;
    private final int port;
    private final Mono<Void> closing;

    RunfluxServer(String address, int port, Mono<Void> closing) {
        this.address = address;
        this.port = port;
        this.closing = closing;
    }

    /**
     * Begins a server of one's own settings.
     *
     * @param orchestrator what is served
     * @return a builder
     */
    public static RunfluxServerBuilder builder(Orchestrator orchestrator) {
        return new RunfluxServerBuilder(orchestrator);
    }

    /**
     * Returns where it listens.
     *
     * @return such as {@code unix:///run/runflux/api.sock} or {@code http://127.0.0.1:8080}
     */
    public String address() {
        return address;
    }

    /**
     * Returns the port.
     *
     * @return the number, or -1 at a unix socket
     */
    public int port() {
        return port;
    }

    /**
     * Ends when subscribed to: listens no more and removes the socket, ends streams (a client of events connects again,
     * to whoever is there then), waits as long as {@link ServerLimits#shutdownTimeout()} for the answers to requests,
     * and closes what is left.
     *
     * @return completes empty when no connection is left; repeating waits for the same end
     */
    public Mono<Void> disposeLater() {
        return closing;
    }
}
