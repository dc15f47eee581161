// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads that write and read files. A disk can block them for as long as it likes, so they are none that others
 * wait for. Nothing is interrupted: cancelling only drops an outcome.
 */
final class LogThreads {
    private static final int THREADS = 64;
    private static final int IDLE_SECONDS = 60;

    /** Each target and each reader has at most one task that waits, and so bounds them itself. */
    static final Scheduler SCHEDULER =
            Schedulers.newBoundedElastic(THREADS, Integer.MAX_VALUE, "runflux-logs", IDLE_SECONDS, true);

    private LogThreads() {}

    static <T> Mono<T> call(Callable<? extends T> work) {
        return Mono.create(sink -> SCHEDULER.schedule(() -> {
            try {
                sink.success(work.call());
            } catch (Throwable e) {
                sink.error(e);
            }
        }));
    }
}
