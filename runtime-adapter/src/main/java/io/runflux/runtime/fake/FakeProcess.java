// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A process of a {@link FakeRuntime}, as its {@link Program} sees it. Safe for concurrent use. */
public interface FakeProcess {
    /**
     * Returns the number of the process, which no process of the host has.
     *
     * @return the pid
     */
    int pid();

    /**
     * Returns the argument vector.
     *
     * @return the words, the first of which is the name of the program
     */
    List<String> arguments();

    /**
     * Returns the environment.
     *
     * @return the variables by their names; the last of equal names
     */
    Map<String, String> environment();

    /**
     * Returns the size of the terminal, as it was told last.
     *
     * @return the size, or null if the process has no terminal or was not told
     */
    @Nullable
    TerminalSize terminal();

    /**
     * Reads standard input, on demand only. One subscriber only; cancelling closes it.
     *
     * @return the bytes as they were sent; completes at the end of the input, at once if there is none
     */
    Flux<byte[]> stdin();

    /**
     * Writes to standard output, or the terminal, when subscribed to. What is written waits in a pipe of 64 KiB for its
     * reader, and then the writer waits, too.
     *
     * @param bytes what to write; not to be changed afterwards
     * @return completes empty when the pipe has taken it; fails if nobody reads it any more; cancelling takes it back
     *     if it waits
     */
    Mono<Void> stdout(byte[] bytes);

    /**
     * Writes to standard error, or the terminal, under the terms of {@link #stdout(byte[])}.
     *
     * @param bytes what to write; not to be changed afterwards
     * @return as {@link #stdout(byte[])}
     */
    Mono<Void> stderr(byte[] bytes);

    /**
     * Writes text to standard output in UTF-8.
     *
     * @param text what to write
     * @return as {@link #stdout(byte[])}
     */
    default Mono<Void> stdout(String text) {
        return stdout(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes text to standard error in UTF-8.
     *
     * @param text what to write
     * @return as {@link #stdout(byte[])}
     */
    default Mono<Void> stderr(String text) {
        return stderr(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Catches a signal, as long as it is subscribed to, which would else do to the process what it does by default:
     * most end it. Of signals that come without demand the last is kept.
     *
     * @param signal the signal
     * @return that signal each time that it is sent; never completes
     * @throws IllegalArgumentException if it is {@code SIGKILL} or {@code SIGSTOP}, which cannot be caught
     */
    Flux<Signal> catching(Signal signal);
}
