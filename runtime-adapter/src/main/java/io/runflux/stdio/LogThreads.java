// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /**
     * Each target and each reader has at most one task that waits, and so bounds them itself. All wait in one queue: in
     * one for each thread they would wait for ever behind a disk that hangs.
     */
    static final Scheduler SCHEDULER = Schedulers.fromExecutorService(executor(), "runflux-logs");

    private LogThreads() {}

    private static ExecutorService executor() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(0, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new WaitingTasks(), task -> {
                    Thread thread = new Thread(task, "runflux-logs-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.setRejectedExecutionHandler((task, full) -> full.getQueue().add(task));
        return executor;
    }

    /**
     * Refuses what no idle thread takes at once, upon which a new thread is made, and only if there are enough is the
     * task added. Takes no lock, so that event loops can add.
     */
    private static final class WaitingTasks extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        @Override
        public boolean add(Runnable task) {
            return super.offer(task);
        }
    }

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
