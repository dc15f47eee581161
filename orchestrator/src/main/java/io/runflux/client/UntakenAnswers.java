// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.util.AttributeKey;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;

/**
 * Frees answers that nobody takes. When a caller cancels while the loop hands an answer over, Reactor Netty 1.3 drops
 * it on the way and neither reads it nor closes the connection ({@code HttpClientConnect},
 * {@code SerializedSubscriber}): its buffers would never be released, and a connection whose answer has no end would
 * never be free again.
 */
final class UntakenAnswers {
    private static final AttributeKey<Connection> TAKEN = AttributeKey.valueOf(UntakenAnswers.class, "taken");

    private UntakenAnswers() {}

    /** The answer is handed over where it is received, so the next task of the loop knows whether somebody took it. */
    static HttpClient freed(HttpClient client) {
        return client.doOnResponse((response, connection) ->
                        connection.channel().eventLoop().execute(() -> freeUntaken(connection)))
                .mapConnect(answered -> answered.doOnNext(
                        connection -> connection.channel().attr(TAKEN).set(connection)));
    }

    /** To read it releases what has come; to stop reading closes the connection unless that was all. */
    private static void freeUntaken(Connection connection) {
        if (connection.channel().attr(TAKEN).getAndSet(null) != connection) {
            connection.inbound().receive().then().onErrorComplete().subscribe().dispose();
        }
    }
}
