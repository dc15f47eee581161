// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.runflux.orchestrator.Orchestrator;

/** Connects to a served orchestrator. */
public final class RunfluxClient {
    private RunfluxClient() {}

    /**
     * Returns the orchestrator at an address, with the defaults of {@link RunfluxClientBuilder}. Nothing is connected
     * to until something is asked for.
     *
     * @param address {@code unix:///PATH}, {@code http://HOST:PORT} or {@code https://HOST:PORT}
     * @return the orchestrator, to be disposed of, which closes its connections
     * @throws IllegalArgumentException if the address is none; the message says what was given
     */
    public static Orchestrator connect(String address) {
        return at(address).build();
    }

    /**
     * Begins a connection of one's own settings.
     *
     * @param address {@code unix:///PATH}, {@code http://HOST:PORT} or {@code https://HOST:PORT}
     * @return a builder
     * @throws IllegalArgumentException if the address is none; the message says what was given
     */
    public static RunfluxClientBuilder at(String address) {
        return new RunfluxClientBuilder(ServerAddress.parse(address));
    }
}
