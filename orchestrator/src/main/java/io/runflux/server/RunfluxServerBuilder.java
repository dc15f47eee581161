// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.metrics.MeterRecorder;
import io.runflux.orchestrator.Orchestrator;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Settings of a server. Not for several threads. */
public final class RunfluxServerBuilder {
    private static final int MAX_PORT = 65_535;
    private static final int MIN_TOKEN = 16;
    private static final Pattern TOKEN = Pattern.compile("[!-~]{" + MIN_TOKEN + ",}");

    private final Orchestrator orchestrator;
    private ServerLimits limits = ServerLimits.defaults();
    private @Nullable Path socket;
    private @Nullable String host;
    private int port;
    private @Nullable ServerTls tls;
    private @Nullable String token;
    private Set<String> hosts = Set.of();
    private Set<String> origins = Set.of();
    private @Nullable Supplier<String> metrics;
    private MeterRecorder meters = MeterRecorder.noOp();

    RunfluxServerBuilder(Orchestrator orchestrator) {
        this.orchestrator = Objects.requireNonNull(orchestrator, "orchestrator");
    }

    /**
     * Listens at a unix socket, for this user and root, as the kernel tells who it is. The file has the mode 0600, and
     * its directory must be this user's with the mode 0700; it is made if it is missing. What a server that was killed
     * has left there is replaced.
     *
     * @param path the path, absolute, of at most 107 bytes
     * @return this builder
     * @throws IllegalArgumentException if the path is relative
     */
    public RunfluxServerBuilder unixSocket(Path path) {
        if (!path.isAbsolute() || path.getFileName() == null) {
            throw new IllegalArgumentException("socket must be an absolute path, was '" + path + "'");
        }
        socket = path.normalize();
        host = null;
        return this;
    }

    /**
     * Listens at TCP. An address that others reach, which is one that is not a loopback address, is refused without
     * {@link #bearerToken} or {@link #tls} with an authority of clients: who can reach the server can do as its user.
     *
     * @param address a name or an address
     * @param number the port, or 0 for any that is free
     * @return this builder
     * @throws IllegalArgumentException if there is no such port
     */
    public RunfluxServerBuilder tcp(String address, int number) {
        if (number < 0 || number > MAX_PORT) {
            throw new IllegalArgumentException("port must be from 0 to " + MAX_PORT + ", was " + number);
        }
        host = Objects.requireNonNull(address, "address");
        port = number;
        socket = null;
        return this;
    }

    /**
     * Has connections of TCP encrypted. Default: they are not.
     *
     * @param value what the server shows, and what it wants to see
     * @return this builder
     */
    public RunfluxServerBuilder tls(ServerTls value) {
        tls = Objects.requireNonNull(value, "tls");
        return this;
    }

    /**
     * Demands a token, as {@code Authorization: Bearer TOKEN}; a connection on which a request comes without it is
     * closed behind the answer. Default: none. Pages cannot send it with an event stream or a WebSocket; a token in a
     * query would be in every log, and is not taken.
     *
     * @param value the token, of 16 characters or more, which are those of ASCII that can be seen
     * @return this builder
     * @throws IllegalArgumentException if it is shorter, or has others, which no client could send
     */
    public RunfluxServerBuilder bearerToken(String value) {
        if (!TOKEN.matcher(value.strip()).matches()) {
            throw new IllegalArgumentException(
                    "a token must have " + MIN_TOKEN + " characters or more, of ASCII that can be seen");
        }
        token = value.strip();
        return this;
    }

    /**
     * Takes requests for these names, beside {@code localhost} and addresses. Default: none.
     *
     * @param names as they are in the header {@code Host}, without the port
     * @return this builder
     */
    public RunfluxServerBuilder hosts(Set<String> names) {
        hosts = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        return this;
    }

    /**
     * Takes requests of pages of these origins. Default: none, so that no page can ask. It is still the browser that
     * lets a page see the answer: no CORS headers are sent.
     *
     * @param values such as {@code http://localhost:8080}
     * @return this builder
     */
    public RunfluxServerBuilder origins(Set<String> values) {
        origins = Set.copyOf(values);
        return this;
    }

    /**
     * Bounds what the server takes on.
     *
     * @param value the limits; default: {@link ServerLimits#defaults()}
     * @return this builder
     */
    public RunfluxServerBuilder limits(ServerLimits value) {
        limits = Objects.requireNonNull(value, "limits");
        return this;
    }

    /**
     * Answers at {@code /metrics}. Default: there is no such path.
     *
     * @param text the text that Prometheus reads, asked for on an event loop
     * @return this builder
     */
    public RunfluxServerBuilder metrics(Supplier<String> text) {
        metrics = Objects.requireNonNull(text, "text");
        return this;
    }

    /**
     * Measures the server: requests, streams, connections, and what was refused. Default: nothing is measured.
     *
     * @param recorder is told, as {@link io.runflux.metrics.RunfluxMeter} lists; it may be that of the orchestrator
     * @return this builder
     */
    public RunfluxServerBuilder meters(MeterRecorder recorder) {
        meters = Objects.requireNonNull(recorder, "recorder");
        return this;
    }

    /**
     * Begins to listen when subscribed to, as is set then, on the event loops of Reactor Netty: no thread is added.
     *
     * @return the server, to be disposed of; never empty. Fails with an {@link java.io.IOException} if it cannot
     *     listen, and with {@link IllegalArgumentException} if nothing says where, or that is not safe
     */
    public Mono<RunfluxServer> start() {
        return Mono.defer(this::started);
    }

    private Mono<RunfluxServer> started() {
        Running running = new Running(limits.streams());
        ServerMeters counted = new ServerMeters(meters);
        Demands demands = new Demands(token != null, host != null && tls != null && tls.isMutual());
        RouteTable routes = Routes.of(orchestrator, limits, running, demands, metrics);
        Gate gate = new Gate(hosts, origins, token);
        Dispatcher dispatcher = new Dispatcher(gate, routes, running, counted, limits.requestTimeout());
        Listening listening = new Listening(limits, running, counted, dispatcher);
        if (socket != null) {
            return listening.atSocket(socket);
        }
        return host == null
                ? Mono.error(() -> new IllegalArgumentException("a server needs a unix socket, or a host and a port"))
                : listening.atTcp(host, port, tls, token != null);
    }
}
