// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.netty.buffer.ByteBuf;
import io.runflux.oci.OciProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A command for a host, and what is done with its streams: an immutable value. It can be started any number of times,
 * if its host, its source and its work allow that.
 *
 * @param host where it runs
 * @param process what is started
 * @param stdin what is written to its standard input, or null for the null device; its buffers are released once they
 *     are written, and it must not block the thread that subscribes to it
 * @param stdout what is done with its standard output, under the terms of {@link HostedProcess#stdout()}, or null for
 *     the null device; the end of the command waits for this work, an error of it closes the stream and is reported,
 *     and the output of a terminal that nothing is done with is read and dropped
 * @param stderr what is done with its standard error, as with its standard output; must be null with a terminal
 * @param log where the end of each copy is noted, at debug level or, if it failed, as an error, with the fields
 *     {@code file} and {@code bytes}; or null for nowhere
 * @param copyAfterExitTimeout how long the work with the output may go on after the exit of the process, before the
 *     streams are closed, which something that the process left behind may hold; zero waits for ever, even if the
 *     command is cancelled after that exit, when there is nothing to kill
 * @param cancellation kills the process when it completes, fails or yields, and the result is then that exit; each
 *     start subscribes to it once, and one that is there before the start lets nothing be started
 */
public record Command(
        ProcessHost host,
        OciProcess process,
        @Nullable Publisher<? extends ByteBuf> stdin,
        @Nullable Function<? super ByteBufFlux, ? extends Publisher<?>> stdout,
        @Nullable Function<? super ByteBufFlux, ? extends Publisher<?>> stderr,
        @Nullable Logger log,
        Duration copyAfterExitTimeout,
        Mono<?> cancellation) {
    /** How much of its output {@link #output()} keeps: 16 MiB. */
    public static final int MAX_OUTPUT_BYTES = 16 << 20;

    private static final String DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Duration ATTACHED_COPY_TIMEOUT = Duration.ofSeconds(1);

    /**
     * Checks the values.
     *
     * @param host where it runs
     * @param process what is started
     * @param stdin what is written to its standard input, or null
     * @param stdout what is done with its standard output, or null
     * @param stderr what is done with its standard error, or null
     * @param log where the end of each copy is noted, or null
     * @param copyAfterExitTimeout how long the work with the output may go on after the exit; zero waits for ever
     * @param cancellation kills the process
     * @throws IllegalArgumentException if the process names no program, or the timeout is negative
     */
    public Command {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(cancellation, "cancellation");
        if (process.args().isEmpty()) {
            throw new IllegalArgumentException("process.args must have a command, was empty");
        }
        if (copyAfterExitTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "the copy-after-exit timeout must not be negative, was " + copyAfterExitTimeout);
        }
    }

    /**
     * Returns a command in the directory {@code /}, with a {@code PATH} of the usual directories as all of its
     * environment, without streams, log, timeout and cancellation.
     *
     * @param host where it runs
     * @param name the program
     * @param args its arguments
     * @return the command
     */
    public static Command of(ProcessHost host, String name, String... args) {
        List<String> words = new ArrayList<>(List.of(name));
        words.addAll(List.of(args));
        return of(host, OciProcess.of(words).withEnv(List.of(DEFAULT_PATH)));
    }

    /**
     * Returns a command for a process that runs already, and which the first start takes over, unless that fails: it
     * copies its streams, kills it on cancellation, and releases it. The streams that have pipes should be worked with:
     * what is not read may stop the process. The copy-after-exit timeout is one second.
     *
     * @param process the process
     * @return the command, without streams, log and cancellation
     */
    public static Command attach(HostedProcess process) {
        Objects.requireNonNull(process, "process");
        return of((spec, pipes) -> Mono.just(process), OciProcess.of(List.of("process " + process.pid())))
                .withCopyAfterExitTimeout(ATTACHED_COPY_TIMEOUT);
    }

    private static Command of(ProcessHost host, OciProcess process) {
        return new Command(host, process, null, null, null, null, Duration.ZERO, Mono.never());
    }

    /**
     * Returns this command with another process; that of {@link #attach} only gives the command its name.
     *
     * @param value what is started
     * @return the command
     * @throws IllegalArgumentException if the process names no program
     */
    public Command withProcess(OciProcess value) {
        return new Command(host, value, stdin, stdout, stderr, log, copyAfterExitTimeout, cancellation);
    }

    /**
     * Returns this command with another source of standard input.
     *
     * @param value what is written, or null for the null device
     * @return the command
     */
    public Command withStdin(@Nullable Publisher<? extends ByteBuf> value) {
        return new Command(host, process, value, stdout, stderr, log, copyAfterExitTimeout, cancellation);
    }

    /**
     * Returns this command with other work on standard output.
     *
     * @param value what is done with the bytes, or null for the null device
     * @return the command
     */
    public Command withStdout(@Nullable Function<? super ByteBufFlux, ? extends Publisher<?>> value) {
        return new Command(host, process, stdin, value, stderr, log, copyAfterExitTimeout, cancellation);
    }

    /**
     * Returns this command with other work on standard error.
     *
     * @param value what is done with the bytes, or null for the null device
     * @return the command
     */
    public Command withStderr(@Nullable Function<? super ByteBufFlux, ? extends Publisher<?>> value) {
        return new Command(host, process, stdin, stdout, value, log, copyAfterExitTimeout, cancellation);
    }

    /**
     * Returns this command with another log.
     *
     * @param value where the end of each copy is noted, or null for nowhere
     * @return the command
     */
    public Command withLog(@Nullable Logger value) {
        return new Command(host, process, stdin, stdout, stderr, value, copyAfterExitTimeout, cancellation);
    }

    /**
     * Returns this command with another copy-after-exit timeout.
     *
     * @param value how long the work with the output may go on after the exit; zero waits for ever
     * @return the command
     */
    public Command withCopyAfterExitTimeout(Duration value) {
        return new Command(host, process, stdin, stdout, stderr, log, value, cancellation);
    }

    /**
     * Returns this command with another cancellation.
     *
     * @param value kills the process when it completes, fails or yields
     * @return the command
     */
    public Command withCancellation(Mono<?> value) {
        return new Command(host, process, stdin, stdout, stderr, log, copyAfterExitTimeout, value);
    }

    /**
     * Starts the command.
     *
     * @return the started command, which is its subscriber's to release; fails as {@link ProcessHost#start} does, with
     *     {@link java.util.concurrent.CancellationException} if the cancellation is there before, or with
     *     {@link IllegalArgumentException} if there is work on the standard error of a terminal; cancelling before that
     *     ends what was started
     */
    public Mono<StartedCommand> start() {
        return Mono.defer(() -> CommandRun.start(this)).checkpoint("command " + name());
    }

    /**
     * Starts the command and waits for its end. A process that cannot be released then is logged, and hides nothing.
     *
     * @return as of {@link StartedCommand#waitFor}; fails also as {@link #start} does; cancelling kills the process,
     *     and releases it in the background
     */
    public Mono<ExitState> run() {
        return Mono.usingWhen(
                start(),
                StartedCommand::waitFor,
                started -> Mono.empty(),
                (started, error) -> started.release().onErrorComplete(),
                StartedCommand::release);
    }

    /**
     * Runs the command, and keeps what it writes to standard output, up to {@value #MAX_OUTPUT_BYTES} bytes; the rest
     * is read and dropped, and the output says so. Work on standard output is replaced by this.
     *
     * @return the output; fails and is cancelled as {@link #run} is, and the {@link CommandException} has what was read
     */
    public Mono<CommandOutput> output() {
        return Mono.defer(() -> output(new OutputBuffer(MAX_OUTPUT_BYTES)));
    }

    private Mono<CommandOutput> output(OutputBuffer buffer) {
        return withStdout(stream -> stream.doOnNext(buffer::add))
                .run()
                .map(buffer::toOutput)
                .onErrorMap(CommandException.class, error -> error.withOutput(buffer.toOutput(error.exitState())));
    }

    /** Arguments may hold secrets. */
    String name() {
        return process.args().get(0);
    }
}
