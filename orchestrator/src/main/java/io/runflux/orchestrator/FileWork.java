// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.io.IOException;
import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Works with files on the bounded elastic scheduler. Such work is short. */
final class FileWork {
    private FileWork() {}

    static <T> Mono<T> call(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic());
    }

    static Mono<Void> run(IoRunnable work) {
        return call(() -> {
                    work.run();
                    return true;
                })
                .then();
    }

    /** Work with files. */
    @FunctionalInterface
    interface IoRunnable {
        void run() throws IOException;
    }
}
