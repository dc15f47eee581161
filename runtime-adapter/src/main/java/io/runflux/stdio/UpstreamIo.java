// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * What stands above the streams of a process: where its output goes, and where its input comes from.
 *
 * <p>Whoever opened one owns it, and ends with {@link #close()}. Implementations are safe for concurrent use.
 */
public interface UpstreamIo {
    /**
     * Opens a target for both outputs when subscribed to, and anew at each subscription. Files are opened, written and
     * closed on threads of their own, 64 at most; FIFOs, sockets and drivers are written on event loops. A FIFO is open
     * once somebody reads from it, and waits for that until the retry timeout; a socket at which nobody listens is an
     * error. A logging driver is open when it is ready.
     *
     * @param uri the target
     * @param options what may be opened, and how
     * @return the target, open; fails with an {@link UpstreamException} if it is not allowed or cannot be opened;
     *     cancelling closes what is being opened
     */
    static Mono<UpstreamIo> open(StdioUri uri, UpstreamOptions options) {
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(options, "options");
        return switch (uri.scheme()) {
            case NULL -> Mono.fromSupplier(() -> new NullUpstream(uri, options.isTerminal()));
            case FILE -> FileUpstream.open(uri, options);
            case BINARY, BINARY_V2 -> DriverOpening.open(uri, options);
            case FIFO, UNIX -> PeerUpstream.open(uri, options);
        };
    }

    /**
     * Opens what stands above each stream, in the order standard input, output, error, when subscribed to, and anew at
     * each subscription. If one cannot be opened, those before it are closed.
     *
     * @param uris the targets; outputs with equal URIs share one
     * @param options what may be opened, and how
     * @return the target, open; fails and is cancelled as {@link #open(StdioUri, UpstreamOptions)}
     * @throws IllegalArgumentException if there is a terminal and a target for standard error
     */
    static Mono<UpstreamIo> open(StdioUris uris, UpstreamOptions options) {
        if (options.isTerminal() && uris.stderr() != null) {
            throw new IllegalArgumentException(
                    "a process with a terminal has no stderr, so that it must go nowhere, was to go to '"
                            + uris.stderr() + "'");
        }
        return SeparateUpstream.open(uris, options);
    }

    /**
     * Returns what was opened.
     *
     * @return the target; if there are several, that of standard output
     */
    StdioUri uri();

    /**
     * Returns what was opened for each stream.
     *
     * @return the targets
     */
    default StdioUris uris() {
        return StdioUris.outputs(uri());
    }

    /**
     * Returns whether the process has a terminal, and therefore no standard error.
     *
     * @return whether it has
     */
    boolean isTerminal();

    /**
     * Returns the input for the process. A buffer is released once it was handed over, so that who keeps one retains
     * it: {@code process.send(upstream.stdin().retain())}.
     *
     * @return the bytes, to one subscriber; empty if the target has no input, as null, files and targets for output
     *     have none
     */
    ByteBufFlux stdin();

    /**
     * Sends the standard output of the process to the target. The source is subscribed to when this is, and each buffer
     * is released once it is taken over. Cancelling cancels the source; what was taken over is still written. Allowed
     * once.
     *
     * <p>A target that drops what it cannot take asks the source for everything at once, and never cancels it; one that
     * waits asks for a buffer when it has room for one.
     *
     * @param source the bytes, such as {@code process.stdout().retain()}
     * @return completes empty when the source has and all is written; fails with the source's own error; with an
     *     {@link UpstreamException} if something could not be written, at the end of the source if the target drops,
     *     else at once; and with {@link IllegalStateException} if it was sent to before or is closed
     */
    Mono<Void> sendStdout(Publisher<? extends ByteBuf> source);

    /**
     * Sends the standard error of the process to the target, under the terms of {@link #sendStdout}.
     *
     * @param source the bytes
     * @return as {@link #sendStdout}; fails with {@link IllegalStateException} also if the process has a terminal
     */
    Mono<Void> sendStderr(Publisher<? extends ByteBuf> source);

    /**
     * Returns how much was dropped because the target was too slow, or failed. It is marked in the output as well,
     * where it is missing, at the end too if nothing came after it; and where the target failed, as soon as something
     * can be written again.
     *
     * @return a number of bytes, of the output itself
     */
    long lostBytes();

    /**
     * Ends the input when subscribed to; repeating does nothing.
     *
     * @return completes empty
     */
    Mono<Void> closeStdin();

    /**
     * Closes the target when subscribed to: sources that have not ended are cancelled, and what was taken over is
     * written. This waits for a slow disk, and up to ten seconds for a peer that does not read, and so belongs on no
     * way that must be short without a limit of time around it; when that cancels it, the closing goes on. Repeating
     * waits for the same end.
     *
     * @return completes empty when everything is closed; fails with an {@link UpstreamException} if that failed, with
     *     everything closed nevertheless
     */
    Mono<Void> close();
}
