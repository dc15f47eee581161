// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads on which subscribers are called, unless a stream was given others. A subscriber may block them for as
 * long as it likes, so they are none that start and delete containers. Nothing waits for one of them here: each stream
 * bounds how many it takes.
 */
final class EventThreads {
    private static final int IDLE_SECONDS = 60;

    static final Scheduler SCHEDULER = Schedulers.fromExecutorService(executor(), "runflux-events");

    private EventThreads() {}

    private static ExecutorService executor() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "runflux-events-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
