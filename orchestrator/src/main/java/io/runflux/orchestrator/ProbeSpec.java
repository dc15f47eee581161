// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a health check looks at, as data; exactly one of these. Addresses are connected to from the orchestrator's
 * network, and not from that of the container: nobody enters its network namespace. What listens on the container's own
 * loopback is probed by a command in it.
 *
 * @param exec a command that is executed in the container, as {@link ExecProcess.Command} has it, or null; see
 *     {@link HealthProbe#exec}
 * @param http what is asked for, or null; see {@link HealthProbe#http}
 * @param tcp what is connected to, or null; see {@link HealthProbe#tcp}
 */
public record ProbeSpec(
        @Nullable List<String> exec,
        @Nullable URI http,
        @Nullable TcpAddress tcp) {
    /**
     * Checks and copies the values.
     *
     * @param exec a command, or null
     * @param http what is asked for, or null
     * @param tcp what is connected to, or null
     * @throws IllegalArgumentException if not exactly one is given, the command is empty, or the URI is not one of HTTP
     *     or HTTPS with a host
     */
    public ProbeSpec {
        if (Stream.of(exec != null, http != null, tcp != null)
                        .filter(isGiven -> isGiven)
                        .count()
                != 1) {
            throw new IllegalArgumentException(
                    "a probe must have exactly one of exec, http and tcp, had " + exec + ", " + http + ", " + tcp);
        }
        if (exec != null && exec.isEmpty()) {
            throw new IllegalArgumentException("the command of a probe must not be empty");
        }
        if (http != null) {
            HttpProbe.check(http);
        }
        exec = exec == null ? null : List.copyOf(exec);
    }

    /**
     * Returns the probe that executes a command in the container, and passes if that exits with code 0. Each time is a
     * further process with its events, and an id such as {@code probe-0-1}: the first one after no restart.
     *
     * @param command the program and its arguments
     * @return the probe
     */
    public static ProbeSpec exec(List<String> command) {
        return new ProbeSpec(Objects.requireNonNull(command, "command"), null, null);
    }

    /**
     * Returns the probe that asks for a page, and passes with a status from 200 to 399.
     *
     * @param uri {@code http} or {@code https}, absolute
     * @return the probe
     */
    public static ProbeSpec http(URI uri) {
        return new ProbeSpec(null, Objects.requireNonNull(uri, "uri"), null);
    }

    /**
     * Returns the probe that connects to a port, and passes if that can be done.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the probe
     */
    public static ProbeSpec tcp(String host, int port) {
        return new ProbeSpec(null, null, new TcpAddress(host, port));
    }

    /**
     * A port to connect to.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     */
    public record TcpAddress(String host, int port) {
        /**
         * Checks the values.
         *
         * @param host a name or an address
         * @param port 1 to 65535
         * @throws IllegalArgumentException if the host is empty or the port out of range
         */
        public TcpAddress {
            TcpProbe.check(host, port);
        }
    }
}
