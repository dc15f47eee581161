// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.RunningProcess;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A process of a host, and its streams. Whoever was given one owns it, and ends with {@link #release()}.
 *
 * <p>All that is returned is cold; streams follow the terms of {@link RunningProcess#stdout()}: nothing is read without
 * demand, each has one subscriber, cancelling closes our end, and a buffer is released when {@code onNext} returns. The
 * end of the process and the end of its output are two facts.
 *
 * <p>Implementations are safe for concurrent use. What fails here does not end the process.
 */
public interface HostedProcess {
    /**
     * Returns a process that a launcher started, as it is. Its {@link #release()} kills it if it still runs.
     *
     * @param process the process, which from here on is the result's owner's
     * @return the process
     */
    static HostedProcess of(RunningProcess process) {
        return new HostedRunningProcess(Objects.requireNonNull(process, "process"));
    }

    /**
     * Returns a process of a container, as it is. Its {@link #release()} is that of {@link ContainerProcess#release()},
     * which leaves a created container and a detached process alone.
     *
     * @param process the process, which from here on is the result's owner's
     * @return the process
     */
    static HostedProcess of(ContainerProcess process) {
        return new HostedContainerProcess(Objects.requireNonNull(process, "process"), Mono.empty());
    }

    /**
     * Returns the number of the process, for people to read.
     *
     * @return what its host calls it
     */
    int pid();

    /**
     * Returns what the process writes to its standard output, or to its terminal.
     *
     * @return the bytes, completing at the end of the stream; empty if the stream is not wanted
     */
    ByteBufFlux stdout();

    /**
     * Returns what the process writes to its standard error.
     *
     * @return the bytes, completing at the end of the stream; empty if the stream is not wanted, or a terminal is in
     *     its place
     */
    ByteBufFlux stderr();

    /**
     * Writes a source to the standard input of the process, or its terminal, and then closes it. Allowed once. The exit
     * never waits for the source.
     *
     * @param source the bytes, each buffer released once it is written; cancelled when the result is
     * @return completes empty when all is written and the input closed; fails with
     *     {@link io.runflux.process.StdinClosedException} when the process closed its end, with the source's own error,
     *     or with {@link IllegalStateException} if the stream is not wanted or was sent to before
     */
    Mono<Void> send(Publisher<? extends ByteBuf> source);

    /**
     * Completes with the status once the process has ended, whether or not something still holds its streams. Any
     * number may subscribe, at any time.
     *
     * @return the status, {@link ExitStatus#unknown()} if nobody could see the end; fails if the host lost the process
     */
    Mono<ExitStatus> exit();

    /**
     * Completes when standard output and standard error have reached their end, were cancelled or are not wanted.
     * Subscribing to this reads nothing.
     *
     * @return completes empty; never before the last buffer was delivered
     */
    Mono<Void> drained();

    /**
     * Sends a signal when subscribed to.
     *
     * @param signal the signal
     * @return whether it was delivered: false if the process had ended; fails if the host refuses
     */
    Mono<Boolean> signal(Signal signal);

    /**
     * Kills the process, and not what it started, when subscribed to. Does not wait for the end, which {@link #exit()}
     * tells.
     *
     * @return as of {@link #signal}
     */
    default Mono<Boolean> kill() {
        return signal(Signal.KILL);
    }

    /**
     * Tells the terminal of the process how large it is.
     *
     * @param size the size
     * @return completes empty; fails with {@link IllegalStateException} if the process has no terminal
     */
    Mono<Void> resize(TerminalSize size);

    /**
     * Lets go of the process when subscribed to: closes its streams, and kills it first if it was started by a
     * {@link ProcessHost} and still runs.
     *
     * @return completes empty when everything held for the process is released; repeating does nothing
     */
    Mono<Void> release();
}
