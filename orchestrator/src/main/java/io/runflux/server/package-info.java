// SPDX-License-Identifier: Apache-2.0
/**
 * An orchestrator over HTTP: operations as JSON, events as server-sent events, lines or messages, and the streams of
 * processes over WebSockets, at a unix socket or at TCP. Begin with {@link io.runflux.server.RunfluxServer}.
 *
 * <p>Every request goes through {@link Dispatcher}: {@link Gate} looks at where it comes from, {@link RouteTable} finds
 * who answers, and whatever fails becomes a problem; {@link Faults} says whose. {@link OpenApi} describes the same
 * table. {@link RequestWatch} is what keeps slow clients from holding connections.
 */
@NullMarked
package io.runflux.server;

import org.jspecify.annotations.NullMarked;
