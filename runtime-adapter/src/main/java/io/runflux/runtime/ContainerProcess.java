// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A process of a container, and its streams, under the terms of {@link io.runflux.process.RunningProcess}: output is
 * read on demand only, each stream has one subscriber, and a buffer is released when {@code onNext} returns.
 *
 * <p>Whoever was given one owns it, and ends with {@link #release()}.
 */
public interface ContainerProcess {
    /**
     * Returns the number of the process, for people to read.
     *
     * @return what {@link OciRuntime#ps} calls the process, but for the init of runsc, whose sandbox it is; for an
     *     attached process the one that stands for it on this side, which with a command line runtime is the runtime
     *     itself; 0 as long as there is none, because the host runtime makes the process only when it is started
     */
    int pid();

    /**
     * Returns what the process writes to its standard output.
     *
     * @return the bytes; empty if standard output is not a pipe
     */
    ByteBufFlux stdout();

    /**
     * Returns what the process writes to its standard error.
     *
     * @return the bytes; empty if standard error is not a pipe
     */
    ByteBufFlux stderr();

    /**
     * Writes a source to the standard input of the process, and then closes it. Allowed once.
     *
     * @param source the bytes
     * @return completes empty when all is written; fails as {@link io.runflux.process.RunningProcess#send} does
     */
    Mono<Void> send(Publisher<? extends ByteBuf> source);

    /**
     * Completes with the status once the process has ended, whether or not something still holds its streams. Any
     * number may subscribe, at any time. Runtimes report a signal as 128 and its number, and so an exit with such a
     * code reads as a signal.
     *
     * @return the status; {@link ExitStatus#unknown()} if nobody could see the end: the init of a created container is
     *     not our child, and its end is seen if the launcher is a subreaper, or the kernel tells; fails with an
     *     {@link OciRuntimeException} if the runtime failed to run an attached process at all
     */
    Mono<ExitStatus> exit();

    /**
     * Completes when standard output and standard error have reached their end, were cancelled or were never pipes.
     *
     * @return completes empty; never before the last buffer was delivered
     */
    Mono<Void> drained();

    /**
     * Sends a signal to the process, and to no other, when subscribed to.
     *
     * @param signal the signal
     * @return completes empty when the signal is sent; fails with
     *     {@link io.runflux.process.ProcessAlreadyExitedException} if the container has no such process any more, with
     *     {@link NotSupportedException} if the runtime cannot signal one process of a container, or with another
     *     {@link OciRuntimeException}, as for an init that is not started, which runsc does not signal
     */
    Mono<Void> signal(Signal signal);

    /**
     * Tells the terminal of the process how large it is.
     *
     * @param size the size
     * @return completes empty when it is told, and when the terminal is gone; fails with {@link IllegalStateException}
     *     if the process has none
     */
    Mono<Void> resize(TerminalSize size);

    /**
     * Lets go of the process when subscribed to: the streams are closed, standard input with them. The process of a
     * created container is left alone; an attached process, or what stands for it, is killed if it still runs.
     *
     * @return completes empty when everything held for the process is released; repeating does nothing
     */
    Mono<Void> release();
}
