// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A child process that was started, and its streams.
 *
 * <p>The end of the process and the end of its output are two facts, {@link #exit()} and {@link #drained()}: a
 * grandchild can hold a pipe long after the exit. Whoever was given a process owns it, and ends with
 * {@link #release()}, or lets {@link ProcessLauncher#using} do that.
 */
public interface RunningProcess extends WatchedProcess {
    /**
     * Returns what the process writes to its standard output, or the whole output of its terminal.
     *
     * <p>Backpressure is the pipe's own: without demand nothing is read, and the process blocks once the pipe is full,
     * as it would in a shell. Nothing is lost by subscribing late. One subscriber only; a second gets an
     * {@link IllegalStateException}. Cancelling closes our end, so that the next write of the process fails with
     * {@code EPIPE}; a terminal is hung up by {@link #release()} only. As everywhere in Reactor Netty a buffer is
     * released when {@code onNext} returns: use {@link ByteBufFlux#retain()} to keep it.
     *
     * @return the bytes, completing at the end of the stream; empty if standard output is not a pipe or a terminal
     */
    ByteBufFlux stdout();

    /**
     * Returns what the process writes to its standard error, under the terms of {@link #stdout()}.
     *
     * @return the bytes, completing at the end of the stream; empty if standard error is not a pipe
     */
    ByteBufFlux stderr();

    /**
     * Writes a source to the process's standard input, or its terminal, and then closes it, so that the process sees
     * the end of its input; a terminal, which cannot be closed one way, gets a Ctrl-D instead. The source is subscribed
     * to when this is, one buffer is asked for at a time, and each is released once it is written. Cancelling cancels
     * the source and closes the input. Allowed once.
     *
     * <p>A process that exits while nobody sends has its input closed. The exit never waits for the source.
     *
     * @param source the bytes
     * @return completes empty when all is written and the input closed; fails with {@link StdinClosedException} when
     *     the process closed its end, with the source's own error, or with {@link IllegalStateException} if standard
     *     input is not a pipe or a terminal or was sent to before
     */
    Mono<Void> send(Publisher<? extends ByteBuf> source);

    /**
     * Writes a source to an {@linkplain Stdio#inputPipe() input pipe} of the process, and then closes it, under the
     * terms of {@link #send(Publisher)}.
     *
     * @param descriptor the number as the process sees it, 3 or more
     * @param source the bytes
     * @return as {@link #send(Publisher)}; fails with {@link IllegalStateException} also if the descriptor is no such
     *     pipe
     */
    default Mono<Void> send(int descriptor, Publisher<? extends ByteBuf> source) {
        return Mono.error(
                () -> new IllegalStateException("descriptor " + descriptor + " of " + this + " is no input pipe"));
    }

    /**
     * Returns what the process writes to an {@linkplain Stdio#outputPipe() output pipe}, under the terms of
     * {@link #stdout()}. It does not count for {@link #drained()}.
     *
     * @param descriptor the number as the process sees it, 3 or more
     * @return the bytes, completing at the end of the stream; empty if the descriptor is no such pipe
     */
    default ByteBufFlux output(int descriptor) {
        return ByteBufFlux.fromInbound(Flux.empty());
    }

    /**
     * Returns what the process used, as its end told.
     *
     * @return the usage once the process has ended; empty where the platform does not tell
     */
    Mono<ResourceUsage> resourceUsage();

    /**
     * Completes when standard output and standard error have reached their end, were cancelled or were never pipes.
     * Subscribing to this reads nothing: someone has to subscribe to the streams.
     *
     * @return completes empty; never before the last buffer was delivered
     */
    Mono<Void> drained();

    /**
     * Waits for the end of the process and keeps what it writes until then, in memory, up to a bound. The process is
     * neither killed nor released, which stays with its owner. Standard output and standard error are read by this, so
     * nobody else may have subscribed to them; what else there is to do, sending to its standard input above all, goes
     * on beside it.
     *
     * @param limits how much to keep, and how long to wait for output after the exit
     * @return the output with the exit status; fails with {@link IllegalStateException} if somebody reads the streams
     *     already; cancelling ends the reading, and closes our ends of the pipes
     */
    default Mono<CapturedOutput> capture(CaptureLimits limits) {
        return Capture.of(this, limits);
    }

    /**
     * Kills the process when subscribed to, with its group if it leads one, and waits for its end.
     *
     * @return the status, also if the process had ended before; fails with {@link ReapTimeoutException} when the end
     *     does not follow within the launcher's post-kill timeout, and the launcher then goes on waiting for it in the
     *     background
     */
    Mono<ExitStatus> kill();

    /**
     * Tells the process's terminal its new size when subscribed to; the kernel then signals {@code SIGWINCH}.
     *
     * @param size the new size
     * @return completes empty; fails with {@link IllegalStateException} if the process has no terminal
     */
    Mono<Void> resize(TerminalSize size);

    /**
     * Ends everything when subscribed to: kills the process, and its group if it leads one, if it still runs, waits for
     * its end, and closes its streams.
     *
     * @return completes empty when the process is reaped and its descriptors are closed; fails as {@link #kill()} does,
     *     with the streams closed nevertheless; repeating does nothing
     */
    @Override
    Mono<Void> release();

    /**
     * Ends everything as {@link #release()} does, with another post-kill timeout than the launcher's.
     *
     * @param postKillTimeout how long to wait for the end after the kill; zero does not wait
     * @return as {@link #release()}
     * @throws IllegalArgumentException if the timeout is negative
     */
    Mono<Void> release(Duration postKillTimeout);
}
