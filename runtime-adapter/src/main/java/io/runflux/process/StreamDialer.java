// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import reactor.core.publisher.Mono;

/**
 * Opens FIFOs and unix sockets of somebody else, and such that one peer may come to. Nothing waits for the peer: where
 * nobody is, that is an error at once.
 *
 * <p>Every returned Mono is cold. What it yields is handed over, and its owner releases it; cancelling before that
 * releases it. Paths are walked on a thread that may block, through no symbolic link, not even above; reading and
 * writing is done on event loops. Safe for concurrent use.
 */
public interface StreamDialer {
    /**
     * Returns the dialer on the event loops of Reactor Netty's {@code TcpResources}; where those are not epoll loops,
     * on one of its own. It holds nothing that would have to be disposed of.
     *
     * @return the dialer of this JVM
     * @throws IllegalStateException if this machine lacks something, as {@link ProcessLauncher#missingForNative()} says
     */
    static StreamDialer shared() {
        return new NativeDialer(NativeSupport.libc());
    }

    /**
     * Opens a stream to read from. A FIFO that nobody writes to is opened as well.
     *
     * @param address where it is
     * @return the stream, never empty; fails with {@link PeerUnavailableException} if nothing is at the path or nobody
     *     listens there, and with {@link ProcessException} if something else is there, or a symbolic link on the way
     */
    Mono<InboundStream> openToRead(StreamAddress address);

    /**
     * Opens a stream to write to.
     *
     * @param address where it is
     * @return the stream, never empty; fails as {@link #openToRead} does, and for a FIFO that nobody reads from with
     *     {@link PeerUnavailableException.Reason#NO_READER}
     */
    Mono<OutboundStream> openToWrite(StreamAddress address);

    /**
     * Makes a FIFO or socket of mode 0600 in a directory of its own within {@code java.io.tmpdir}, which only this user
     * may enter.
     *
     * @param kind which of the two
     * @return the listener, never empty; fails with {@link ProcessException} if the kernel refuses
     */
    Mono<StreamListener> listen(StreamAddress.Kind kind);
}
