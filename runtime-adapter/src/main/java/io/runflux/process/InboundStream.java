// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A FIFO or a connection that somebody else writes to. Whoever got it owns it, and ends with {@link #release()}. */
public interface InboundStream {
    /**
     * Returns what the peer writes, to one subscriber. Without demand nothing is read, and the peer waits. The end is
     * that of the peer: a FIFO ends when the last that writes to it has gone, and not before the first has come.
     *
     * @return the bytes; cancelling closes the stream; fails with {@link ProcessException} if reading does
     */
    ByteBufFlux bytes();

    /**
     * Closes the stream when subscribed to, which ends the bytes; repeating does nothing.
     *
     * @return completes empty
     */
    Mono<Void> release();
}
