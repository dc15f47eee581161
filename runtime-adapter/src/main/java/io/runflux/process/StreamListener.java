// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import reactor.core.publisher.Mono;

/**
 * A FIFO or a unix socket at a path of its own, which one peer may come to. The path lies in a directory that only this
 * user may enter, and is gone once the peer has come: a second is refused. A FIFO does not tell two peers apart that
 * come before the first has said a word. Whoever got the listener owns it, and ends with {@link #release()}.
 */
public interface StreamListener {
    /**
     * Returns where a peer may come to.
     *
     * @return the address
     */
    StreamAddress address();

    /**
     * Accepts the peer, to read what it writes. Of this and {@link #acceptToWrite()} one is allowed, once.
     *
     * @return the stream: when the peer has come, or for a FIFO at once, since reading waits for the peer; fails with
     *     {@link ProcessException} if the listener is released before, and with {@link IllegalStateException} if a peer
     *     was asked for before; cancelling leaves the listener as it is
     */
    Mono<InboundStream> acceptToRead();

    /**
     * Accepts the peer, to write what it reads.
     *
     * @return as {@link #acceptToRead()}; for a FIFO that nobody reads from it fails at once, with
     *     {@link PeerUnavailableException.Reason#NO_READER}, and may be tried again
     */
    Mono<OutboundStream> acceptToWrite();

    /**
     * Removes the path when subscribed to, whether a peer has come or not. Streams to a peer stay open; the bytes of a
     * FIFO that nobody has come to, or said a word, fail with {@link ProcessException}. Repeating does nothing.
     *
     * @return completes empty when the path is gone; fails with {@link ProcessException} if it cannot be removed
     */
    Mono<Void> release();
}
