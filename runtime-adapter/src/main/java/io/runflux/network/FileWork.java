// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.files.FileErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Works with files on the bounded elastic scheduler. Such work is short. */
final class FileWork {
    private FileWork() {}

    /** Returns what the work yields; empty for null. */
    static <T> Mono<T> call(Callable<? extends @Nullable T> work) {
        return Mono.<T>fromCallable(work)
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(UncheckedIOException.class, FileWork::causeOf)
                .onErrorMap(IOException.class, error -> new NetworkException(FileErrors.why(error), error));
    }

    static Mono<Void> run(IoRunnable work) {
        return call(() -> {
            work.run();
            return null;
        });
    }

    /** A list of files throws it in the middle. */
    private static IOException causeOf(UncheckedIOException error) {
        return Objects.requireNonNull(error.getCause());
    }

    /** Work with files. */
    @FunctionalInterface
    interface IoRunnable {
        void run() throws IOException;
    }
}
