// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.nio.file.Path;
import reactor.core.publisher.Mono;

/**
 * A unix socket on which an OCI runtime hands over a pidfd of the process that it starts ({@code --pidfd-socket}), so
 * that there is no moment at which its number could already be another's. It exists, and listens, from when it was
 * given out until the first connection comes or it is released. Nobody but this user, and root, can reach it.
 *
 * <p>The first connection decides. If it hands over a pidfd, that is the process; if it ends without, or brings
 * something else, {@link #process()} fails, and that is final. Further connections are refused.
 *
 * <p>There is no time limit; put one on {@link #process()}.
 */
public interface PidfdSocket {
    /**
     * Returns where the socket is, in a directory of its own.
     *
     * @return an absolute path of at most 107 bytes
     */
    Path path();

    /**
     * Returns the process once it was handed over, watched through that very pidfd, under the terms of
     * {@link ProcessLauncher#watch(int)}. It belongs to whoever gets it here, who releases it by
     * {@link WatchedProcess#release()}; the watch outlives this socket. One subscriber only; a second gets an
     * {@link IllegalStateException}. A process that comes after the subscriber has cancelled is let go of. Emitted on
     * an event loop of the launcher; do not block there.
     *
     * @return the watched process, never empty; fails with {@link ProcessAlreadyExitedException} if it has ended and
     *     been reaped before, and with {@link ProcessException} if what came was no pidfd, was one of a process outside
     *     this pid namespace, nothing came, or the socket was released before
     */
    Mono<WatchedProcess> process();

    /**
     * Ends the socket when subscribed to: it refuses connections from now on, the socket and its directory are removed,
     * and a process that came but was not taken by {@link #process()} is let go of. The process itself is left alone.
     *
     * @return completes empty when nothing is left; fails with {@link ProcessException} if the directory could not be
     *     removed; repeating does nothing
     */
    Mono<Void> release();
}
