// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.runflux.orchestrator.Orchestrator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings of a connection to a served orchestrator. */
public final class RunfluxClientBuilder {
    private static final int MAX_CONNECTIONS = 65_536;

    private final ServerAddress address;
    private @Nullable String token;
    private @Nullable Path trusted;
    private @Nullable Path certificate;
    private @Nullable Path key;
    private Duration answerTimeout = Duration.ofMinutes(5);
    private Duration reconnectTimeout = Duration.ofMinutes(5);
    private Duration waitTimeout = Duration.ofSeconds(30);
    private int maxCalls = 32;
    private int maxStreams = 256;

    RunfluxClientBuilder(ServerAddress address) {
        this.address = address;
    }

    /**
     * Sets the token that says who asks. Default: none.
     *
     * @param value printable ASCII without spaces
     * @return this builder
     * @throws IllegalArgumentException if it is something else
     */
    public RunfluxClientBuilder bearerToken(String value) {
        if (!value.matches("[!-~]+")) {
            throw new IllegalArgumentException("a token must be printable ASCII without spaces, and not empty");
        }
        token = value;
        return this;
    }

    /**
     * Sets whom to trust. Default: whom the JVM trusts.
     *
     * @param certificates a file with the certificates of authorities, in PEM
     * @return this builder
     */
    public RunfluxClientBuilder trust(Path certificates) {
        trusted = Objects.requireNonNull(certificates, "certificates");
        return this;
    }

    /**
     * Sets the certificate that says who asks. Default: none.
     *
     * @param chain a file with the certificate and those that it was signed with, in PEM
     * @param privateKey a file with its key, in PEM (PKCS #8)
     * @return this builder
     */
    public RunfluxClientBuilder certificate(Path chain, Path privateKey) {
        certificate = Objects.requireNonNull(chain, "chain");
        key = Objects.requireNonNull(privateKey, "privateKey");
        return this;
    }

    /**
     * Sets how long the server may be silent over an operation that waits for nothing but the runtime: creating,
     * starting, killing, pausing, asking. What waits for a container may take as long as that does. Default: five
     * minutes, since an operation may stand in line behind others, each of which the server limits by itself.
     *
     * @param value longer than 0
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public RunfluxClientBuilder answerTimeout(Duration value) {
        answerTimeout = positive("answer timeout", value);
        return this;
    }

    /**
     * Sets for how long a server that was lost is tried again by those who follow events. Default: five minutes, in
     * which a machine starts anew.
     *
     * @param value longer than 0
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public RunfluxClientBuilder reconnectTimeout(Duration value) {
        reconnectTimeout = positive("reconnect timeout", value);
        return this;
    }

    /**
     * Sets how long an operation waits for a connection when as many as there may be are in use; after that it fails
     * with {@link ServerUnavailableException}, and nothing of it was done. Default: 30 seconds.
     *
     * @param value longer than 0
     * @return this builder
     * @throws IllegalArgumentException if it is not
     * @see #maxCalls(int)
     * @see #maxStreams(int)
     */
    public RunfluxClientBuilder waitTimeout(Duration value) {
        waitTimeout = positive("wait timeout", value);
        return this;
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than 0, was " + value);
        }
        return value;
    }

    /**
     * Sets how many connections there may be for operations that wait for nothing but the runtime. Eight times as many
     * wait for one of them, for the {@linkplain #waitTimeout(Duration) wait timeout}; one more, or one that waits
     * longer, fails with {@link ServerUnavailableException}. Default: 32.
     *
     * @param value from 1 to 65536
     * @return this builder
     * @throws IllegalArgumentException if it is another number
     */
    public RunfluxClientBuilder maxCalls(int value) {
        maxCalls = connections("calls", value);
        return this;
    }

    /**
     * Sets how many connections there may be, beside those, for what goes on until a container ends, or for ever:
     * stopping, waiting, running, executing, attaching, logs, statistics at an interval, checkpoints and events. They
     * never keep a kill waiting. As many operations wait for one of them, for the {@linkplain #waitTimeout(Duration)
     * wait timeout}; one more, or one that waits longer, fails with {@link ServerUnavailableException}. Events that go
     * on after a loss wait for one again. Default: 256.
     *
     * @param value from 1 to 65536; a server has a bound of its own
     * @return this builder
     * @throws IllegalArgumentException if it is another number
     */
    public RunfluxClientBuilder maxStreams(int value) {
        maxStreams = connections("streams", value);
        return this;
    }

    private static int connections(String name, int value) {
        if (value < 1 || value > MAX_CONNECTIONS) {
            throw new IllegalArgumentException(
                    "connections for " + name + " must be from 1 to " + MAX_CONNECTIONS + ", were " + value);
        }
        return value;
    }

    /**
     * Returns the orchestrator. The files are read now; nothing is connected to until something is asked for. It has no
     * threads of its own, and uses the event loops of Reactor Netty.
     *
     * @return an orchestrator, to be disposed of, which closes its connections
     * @throws IllegalArgumentException if there are certificates for an address without TLS, a file has none, or a
     *     token would go over the network for everybody to read: over {@code http} it goes to this host alone
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public Orchestrator build() {
        if (token != null && !address.isPrivate()) {
            throw new IllegalArgumentException(
                    "a token is not sent to " + address + ", where others could read it: use https");
        }
        return new ClientOrchestrator(Http.open(this), reconnectTimeout);
    }

    ServerAddress address() {
        return address;
    }

    @Nullable
    String token() {
        return token;
    }

    @Nullable
    Path trusted() {
        return trusted;
    }

    @Nullable
    Path certificate() {
        return certificate;
    }

    @Nullable
    Path key() {
        return key;
    }

    Duration waitTimeout() {
        return waitTimeout;
    }

    Duration answerTimeout() {
        return answerTimeout;
    }

    int maxCalls() {
        return maxCalls;
    }

    int maxStreams() {
        return maxStreams;
    }
}
