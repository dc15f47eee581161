// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.nio.file.Path;
import reactor.core.publisher.Mono;

/**
 * A unix socket on which an OCI runtime hands over the terminal of a container ({@code --console-socket}). It exists,
 * and listens, from when it was given out until the first connection comes or it is released. Nobody but this user, and
 * root, can reach it.
 *
 * <p>The first connection decides. If it hands over the master of a pseudo-terminal, that is the terminal; if it ends
 * without, or brings something else, {@link #terminal()} fails, and that is final. Further connections are refused.
 *
 * <p>There is no time limit; put one on {@link #terminal()}.
 */
public interface ConsoleSocket {
    /**
     * Returns where the socket is, in a directory of its own.
     *
     * @return an absolute path of at most 107 bytes
     */
    Path path();

    /**
     * Returns the terminal once it was handed over. It belongs to whoever gets it here, who releases it by
     * {@link Terminal#release()}; it outlives this socket. One subscriber only; a second gets an
     * {@link IllegalStateException}. A terminal that comes after the subscriber has cancelled is closed. Emitted on an
     * event loop of the launcher; do not block there.
     *
     * @return the terminal, never empty; fails with {@link ProcessException} if what came was none, nothing came, or
     *     the socket was released before
     */
    Mono<Terminal> terminal();

    /**
     * Ends the socket when subscribed to: it refuses connections from now on, the socket and its directory are removed,
     * and a terminal that came but was not taken by {@link #terminal()} is closed, which hangs it up.
     *
     * @return completes empty when nothing is left; fails with {@link ProcessException} if the directory could not be
     *     removed; repeating does nothing
     */
    Mono<Void> release();
}
