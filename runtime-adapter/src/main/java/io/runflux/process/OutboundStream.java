// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import reactor.core.publisher.Mono;

/** A FIFO or a connection that somebody else reads from. Whoever got it owns it, and ends with {@link #release()}. */
public interface OutboundStream {
    /**
     * Writes a buffer when subscribed to, as fast as the peer reads. The buffer's reader index moves on with each byte
     * that the kernel accepts, so that after an error the rest can be written elsewhere. It is retained for as long as
     * that takes, and otherwise stays the caller's. One buffer at a time.
     *
     * @param buffer a direct one, not touched by anyone else until the end
     * @return completes empty when the kernel has all; fails with {@link PeerUnavailableException} if the peer has
     *     gone, with {@link IllegalStateException} if another buffer is being written, and with
     *     {@link ProcessException} if the stream is closed or writing fails; cancelling leaves the rest
     */
    Mono<Void> write(ByteBuf buffer);

    /**
     * Closes the stream when subscribed to; repeating does nothing. What a reader has still to read it can.
     *
     * @return how many bytes nobody can read any more of those that were accepted: what a FIFO holds that nobody reads
     *     from; 0 for a socket, whose kernel does not tell
     */
    Mono<Long> release();
}
