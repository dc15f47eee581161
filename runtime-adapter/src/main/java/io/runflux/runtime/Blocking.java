// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Works with files on the bounded elastic scheduler. Such work is short and is never interrupted: cancelling only drops
 * its outcome, so that no file is left half written.
 */
final class Blocking {
    private Blocking() {}

    static <T> Mono<T> call(Callable<? extends T> work) {
        return Mono.create(sink -> Schedulers.boundedElastic().schedule(() -> complete(sink, work)));
    }

    static Mono<Void> run(IoRunnable work) {
        return Mono.create(sink -> Schedulers.boundedElastic()
                .schedule(() -> complete(sink, () -> {
                    work.run();
                    return null;
                })));
    }

    private static <T> void complete(MonoSink<T> sink, Callable<? extends T> work) {
        try {
            sink.success(work.call());
        } catch (IOException e) {
            sink.error(new UncheckedIOException(e));
        } catch (Throwable e) {
            sink.error(e);
        }
    }

    /** Work with files. */
    @FunctionalInterface
    interface IoRunnable {
        void run() throws IOException;
    }
}
