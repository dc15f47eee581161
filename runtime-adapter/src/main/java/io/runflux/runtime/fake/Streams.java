// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.process.Stdio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The standard streams of a process, which those that it starts share.
 *
 * @param stdin the pipe of standard input, or null for another kind
 * @param input what standard input reads
 */
record Streams(@Nullable Pipe stdin, Flux<byte[]> input, Output stdout, Output stderr) {
    static Streams of(ProcessSpec spec) {
        Stdio stdin = stdio(spec, 0);
        Pipe pipe = stdin == Stdio.pipe() ? new Pipe() : null;
        Output stdout = output(stdio(spec, 1));
        Output stderr = stdio(spec, 2) == Stdio.toStdout() ? stdout : output(stdio(spec, 2));
        if (stderr == stdout) {
            stdout.share();
        }
        return new Streams(pipe, pipe == null ? input(stdin) : pipe.read(), stdout, stderr);
    }

    private static Stdio stdio(ProcessSpec spec, int number) {
        return Objects.requireNonNull(spec.descriptors().get(number));
    }

    private static Flux<byte[]> input(Stdio stdio) {
        if (stdio instanceof Stdio.FileStdio file) {
            return Flux.defer(() -> Flux.just(read(file.path()))).subscribeOn(Schedulers.boundedElastic());
        }
        return orRefuse(stdio, Flux.empty());
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Output output(Stdio stdio) {
        if (stdio == Stdio.pipe()) {
            return new Pipe();
        }
        return stdio instanceof Stdio.FileStdio file ? open(file) : orRefuse(stdio, Output.NONE);
    }

    private static Output open(Stdio.FileStdio file) {
        boolean isEmptied = file.mode() == Stdio.FileStdio.Mode.WRITE;
        StandardOpenOption mode = isEmptied ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
        try {
            Files.write(file.path(), new byte[0], StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
            return Output.file(file.path());
        } catch (IOException e) {
            throw new ProcessStartException(Reason.STDIO_FILE, "cannot open " + file.path() + ": " + e, e);
        }
    }

    private static <T> T orRefuse(Stdio stdio, T none) {
        if (stdio == Stdio.nullDevice()) {
            return none;
        }
        throw new ProcessStartException(
                Reason.NOT_SUPPORTED, "the fake connects pipes, files and the null device, not " + stdio, null);
    }

    void share() {
        stdout.share();
        stderr.share();
    }

    void close() {
        stdout.close();
        stderr.close();
    }

    /** Nobody will read what is sent. */
    void endInput() {
        if (stdin != null) {
            stdin.breakOff();
        }
    }
}
