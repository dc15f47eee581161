// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Starts child processes without blocking, and watches them.
 *
 * <p>Every returned publisher is cold: nothing is started before it is subscribed to, and each subscription starts
 * anew. Errors of the launcher are {@link ProcessException}s; how a process ends is never an error. Safe for concurrent
 * use.
 *
 * <p>A launcher owns what it started until that was released: {@link #disposeLater(Duration)} ends all of it.
 */
public interface ProcessLauncher {
    /**
     * Returns a launcher with the defaults of {@link ProcessLauncherBuilder}.
     *
     * @return a new launcher, to be disposed of
     */
    static ProcessLauncher create() {
        return builder().build();
    }

    /**
     * Begins a launcher of one's own settings.
     *
     * @return a builder
     */
    static ProcessLauncherBuilder builder() {
        return new ProcessLauncherBuilder();
    }

    /**
     * Says what this machine lacks for launching natively. Native libraries are loaded to find out, once, which blocks
     * for a moment.
     *
     * @return the reason; empty if nothing is missing
     */
    static Optional<String> missingForNative() {
        return Optional.ofNullable(NativeSupport.missing());
    }

    /**
     * Starts a process. The process is handed over running, and its owner releases it; cancelling before that kills and
     * releases it.
     *
     * @param spec what to start
     * @return the running process, never empty; fails with {@link ProcessStartException}
     */
    Mono<RunningProcess> launch(ProcessSpec spec);

    /**
     * Watches a process that this launcher may not have started. If the launcher is a
     * {@linkplain ProcessLauncherBuilder#subreaper(boolean) subreaper} and the process an orphan that it adopted, the
     * process is reaped and its status known; otherwise the kernel is asked (Linux 6.15 and later) once its parent has
     * reaped it, and the status is unknown where it does not tell. A subreaper must not watch a {@link Process} of the
     * JDK: it would take the status that the JDK waits for.
     *
     * @param pid the process; that it is still the one that the caller means is the caller's to know
     * @return the watched process; fails with {@link ProcessAlreadyExitedException} if there is none of that number
     */
    Mono<WatchedProcess> watch(int pid);

    /**
     * Asks for the command line of a process, whoever started it.
     *
     * @param pid the process
     * @return its words, none for a process that has ended and is not reaped; empty if there is no such process
     */
    default Mono<List<String>> commandLine(int pid) {
        return CommandLines.read(pid);
    }

    /**
     * Begins to listen for the terminal of a container, which an OCI runtime hands over ({@code --console-socket}). The
     * socket lies in a directory of its own within {@code java.io.tmpdir}, which only this user may enter. It is handed
     * over listening, and its owner releases it; cancelling before that releases it.
     *
     * @return the socket, never empty; fails with {@link ProcessException} if the kernel refuses, if the socket's path
     *     would be longer than 107 bytes, or if this launcher is not {@linkplain #isNative() native}
     */
    default Mono<ConsoleSocket> listenForTerminal() {
        return Mono.error(() -> new ProcessException("terminals of containers need the native launcher", null));
    }

    /**
     * Begins to listen for a pidfd of a process, which an OCI runtime hands over ({@code --pidfd-socket}), under the
     * terms of {@link #listenForTerminal()}. The process is then watched as by {@link #watch(int)}.
     *
     * @return the socket, never empty; fails as {@link #listenForTerminal()} does
     */
    default Mono<PidfdSocket> listenForProcess() {
        return Mono.error(() -> new ProcessException("pidfds of containers need the native launcher", null));
    }

    /**
     * Starts a process, works with it, and releases it on every ending: complete, error or cancel kill what still runs.
     *
     * @param spec what to start
     * @param work what to do with the running process
     * @param <T> what the work yields
     * @return what the work yields; fails as {@link #launch}, the work and {@link RunningProcess#release()} do
     */
    default <T> Flux<T> using(
            ProcessSpec spec, Function<? super RunningProcess, ? extends Publisher<? extends T>> work) {
        return Flux.<T, RunningProcess>usingWhen(launch(spec), work, RunningProcess::release)
                .onErrorMap(error -> error.getCause() instanceof ReapTimeoutException, Throwable::getCause);
    }

    /**
     * Runs a process to its end and keeps what it writes, as {@link RunningProcess#capture} does. Streams that are to
     * be kept must be pipes in the specification; standard input must not be one.
     *
     * @param spec what to run
     * @param limits how much to keep, and how long to wait for output after the exit
     * @return the output with the exit status; fails as {@link #launch} does; cancelling kills the process
     */
    default Mono<CapturedOutput> capture(ProcessSpec spec, CaptureLimits limits) {
        return Capture.run(this, spec, limits);
    }

    /**
     * Says whether this launcher spawns and watches natively, or falls back to the JDK's processes.
     *
     * @return true on Linux with pidfds
     */
    boolean isNative();

    /**
     * Returns how many processes this launcher has started that were not released yet.
     *
     * @return 0 or more, at this moment; 0 where an implementation does not count
     */
    default int processes() {
        return 0;
    }

    /**
     * Ends everything: refuses new launches, sends {@code SIGTERM} to all that still runs, waits, kills what is left,
     * and closes all streams, sockets and terminals.
     *
     * @param grace how long to wait between the polite request and the kill; zero kills at once
     * @return completes empty when nothing is left; fails with {@link ReapTimeoutException} if something is; repeating
     *     waits for the same end
     */
    Mono<Void> disposeLater(Duration grace);
}
