// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import java.time.Duration;

/**
 * How much a server takes on, and how long it waits. Bodies are bounded at 1 MiB, headers at 8 KiB, the first line of a
 * request at 8.5 KiB. Who is answered before the request was read to its end is cut off two seconds later, or after 16
 * MiB more, and until then the rest is read and dropped, so that the answer arrives.
 *
 * @param connections how many at once; one more is closed at once
 * @param streams how many answers at once that go on: events, logs, statistics, waits, and the streams of processes;
 *     one more is answered with 503
 * @param headerTimeout how long it may take from the connection to the end of the first request's headers, with the
 *     handshake of TLS; after that the connection is closed without a word. Those of a further request must have come
 *     within {@code idleTimeout} of the answer before
 * @param requestTimeout how long the body of a request may take to arrive, and the first message of a WebSocket
 * @param idleTimeout how long a connection may be kept without a whole request's headers
 * @param heartbeat how often something is sent on a stream on which nothing happens, so that who vanished is noticed
 * @param shutdownTimeout how long requests may go on when the server ends
 */
public record ServerLimits(
        int connections,
        int streams,
        Duration headerTimeout,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration heartbeat,
        Duration shutdownTimeout) {
    private static final ServerLimits DEFAULTS = new ServerLimits(
            1024,
            256,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Duration.ofSeconds(10));

    /**
     * Checks the values.
     *
     * @param connections how many at once
     * @param streams how many answers at once that go on
     * @param headerTimeout how long the headers of the first request may take to arrive
     * @param requestTimeout how long the body of a request may take to arrive
     * @param idleTimeout how long a connection may be kept without a request
     * @param heartbeat how often something is sent on a stream
     * @param shutdownTimeout how long requests may go on when the server ends
     * @throws IllegalArgumentException if one is not more than zero
     */
    public ServerLimits {
        if (connections < 1 || streams < 1) {
            throw new IllegalArgumentException(
                    "connections and streams must be 1 or more, were " + connections + " and " + streams);
        }
        checkPositive("header timeout", headerTimeout);
        checkPositive("request timeout", requestTimeout);
        checkPositive("idle timeout", idleTimeout);
        checkPositive("heartbeat", heartbeat);
        checkPositive("shutdown timeout", shutdownTimeout);
    }

    private static void checkPositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than zero, was " + value);
        }
    }

    /**
     * Returns 1,024 connections, of which 256 stream, ten seconds for the first headers, 30 for a body, 60 without a
     * request, a heartbeat each 15 seconds (proxies cut after 30 or 60), and ten seconds to end, as a container gets.
     *
     * @return the defaults
     */
    public static ServerLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these limits with another number of connections.
     *
     * @param value how many at once
     * @return the limits
     */
    public ServerLimits withConnections(int value) {
        return new ServerLimits(value, streams, headerTimeout, requestTimeout, idleTimeout, heartbeat, shutdownTimeout);
    }

    /**
     * Returns these limits with another number of streams.
     *
     * @param value how many at once
     * @return the limits
     */
    public ServerLimits withStreams(int value) {
        return new ServerLimits(
                connections, value, headerTimeout, requestTimeout, idleTimeout, heartbeat, shutdownTimeout);
    }

    /**
     * Returns these limits with another time for the headers of a first request.
     *
     * @param value how long they may take to arrive, with the handshake of TLS
     * @return the limits
     */
    public ServerLimits withHeaderTimeout(Duration value) {
        return new ServerLimits(connections, streams, value, requestTimeout, idleTimeout, heartbeat, shutdownTimeout);
    }

    /**
     * Returns these limits with another time for the body of a request.
     *
     * @param value how long it may take to arrive
     * @return the limits
     */
    public ServerLimits withRequestTimeout(Duration value) {
        return new ServerLimits(connections, streams, headerTimeout, value, idleTimeout, heartbeat, shutdownTimeout);
    }

    /**
     * Returns these limits with another time without a request.
     *
     * @param value how long a connection may be kept
     * @return the limits
     */
    public ServerLimits withIdleTimeout(Duration value) {
        return new ServerLimits(connections, streams, headerTimeout, requestTimeout, value, heartbeat, shutdownTimeout);
    }

    /**
     * Returns these limits with another heartbeat.
     *
     * @param value how often something is sent
     * @return the limits
     */
    public ServerLimits withHeartbeat(Duration value) {
        return new ServerLimits(
                connections, streams, headerTimeout, requestTimeout, idleTimeout, value, shutdownTimeout);
    }

    /**
     * Returns these limits with another time to end.
     *
     * @param value how long requests may go on
     * @return the limits
     */
    public ServerLimits withShutdownTimeout(Duration value) {
        return new ServerLimits(connections, streams, headerTimeout, requestTimeout, idleTimeout, heartbeat, value);
    }
}
