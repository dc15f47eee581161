// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * The terminal of a container: the master of a pseudo-terminal whose other end the container's process uses as its
 * standard input, output and error. The bytes are raw both ways.
 *
 * <p>It is hung up, which the container's processes notice by {@code SIGHUP}, by {@link #release()} only, neither by
 * the end of what is sent nor by a subscriber that cancels.
 */
public interface Terminal {
    /**
     * Returns what is written to the terminal.
     *
     * <p>Backpressure is the terminal's own: without demand nothing is read, and who writes to it blocks once it is
     * full. Nothing is lost by subscribing late. One subscriber only; a second gets an {@link IllegalStateException}.
     * Cancelling ends the reading for good. As everywhere in Reactor Netty a buffer is released when {@code onNext}
     * returns: use {@link ByteBufFlux#retain()} to keep it. Emitted on an event loop of the launcher.
     *
     * @return the bytes, completing when the last process that uses the terminal has closed it, or it is released
     */
    ByteBufFlux output();

    /**
     * Writes a source to the terminal, as if it was typed, and then a Ctrl-D, which programs that read whole lines take
     * for the end of their input. A source that never completes avoids the Ctrl-D. The source is subscribed to when
     * this is, one buffer is asked for at a time, and each is released once it is written. Cancelling cancels the
     * source. Allowed once.
     *
     * @param source the bytes
     * @return completes empty when all is written; fails with {@link StdinClosedException} when the last process that
     *     uses the terminal has closed it or it is released, with the source's own error, or with
     *     {@link IllegalStateException} if the terminal was sent to before
     */
    Mono<Void> send(Publisher<? extends ByteBuf> source);

    /**
     * Tells the terminal its new size when subscribed to; the kernel then signals {@code SIGWINCH}.
     *
     * @param size the new size
     * @return completes empty, also after the release, when it does nothing; fails with {@link ProcessException} if the
     *     kernel refuses
     */
    Mono<Void> resize(TerminalSize size);

    /**
     * Completes when the output has reached its end, was cancelled, or the terminal is released. Subscribing to this
     * reads nothing: someone has to subscribe to {@link #output()}.
     *
     * @return completes empty; never before the last buffer was delivered
     */
    Mono<Void> drained();

    /**
     * Hangs the terminal up when subscribed to, and closes everything that is held for it.
     *
     * @return completes empty when its descriptors are closed; repeating does nothing
     */
    Mono<Void> release();
}
