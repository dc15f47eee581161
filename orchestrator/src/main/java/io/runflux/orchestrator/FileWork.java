// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Works with files on the bounded elastic scheduler. Such work is short. */
final class FileWork {
    private FileWork() {}

    static <T> Mono<T> call(Callable<T> work) {
        return Mono.fromCallable(() -> callHeard(work)).subscribeOn(Schedulers.boundedElastic());
    }

    /** Reactor takes these errors for fatal and throws them on at the worker, and who waits would wait for ever. */
    private static <T> T callHeard(Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (VirtualMachineError | LinkageError error) {
            throw new ExecutionException("work with files was ended by " + error, error);
        }
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
