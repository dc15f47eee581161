// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The few threads that spawn, and the tasks that wait for one. Launches are asked for on event loops, where the lock of
 * a {@code BlockingQueue} could block; here nothing does.
 *
 * <p>A task is queued before an idle thread is looked for, and a thread reports idle before it looks for a task once
 * more, so that one of the two sees the other.
 */
final class SpawnerThreads implements Executor {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int maxWaiting;
    private volatile boolean isShutdown;

    SpawnerThreads(int threads, int maxWaiting) {
        this.maxWaiting = maxWaiting;
        for (int i = 1; i <= threads; i++) {
            Thread thread = new Thread(this::work, "runflux-spawner-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** @throws RejectedExecutionException if as many tasks wait as may, or after the shutdown */
    @Override
    public void execute(Runnable task) {
        boolean isAdmitted = waiting.incrementAndGet() <= maxWaiting && !isShutdown;
        if (!isAdmitted) {
            waiting.decrementAndGet();
            throw new RejectedExecutionException(
                    isShutdown ? "the launcher was disposed of" : "more than " + maxWaiting + " launches wait");
        }
        tasks.add(task);
        LockSupport.unpark(idle.poll());
    }

    /** Ends the threads once the tasks that wait are done. */
    void shutdown() {
        isShutdown = true;
        idle.forEach(LockSupport::unpark);
    }

    private void work() {
        Runnable task = take();
        while (task != null) {
            waiting.decrementAndGet();
            task.run();
            task = take();
        }
    }

    /** Returns null when there is nothing more to do ever. */
    private @Nullable Runnable take() {
        Thread self = Thread.currentThread();
        Runnable task = tasks.poll();
        while (task == null && !(isShutdown && waiting.get() == 0)) {
            idle.add(self);
            task = tasks.poll();
            if (task == null && !isShutdown) {
                LockSupport.park(this);
                Thread.interrupted();
                task = tasks.poll();
            }
            boolean isWoken = !idle.remove(self);
            if (isWoken && task != null && !tasks.isEmpty()) {
                // It was woken for a task, and may have found another before: that one may hang.
                LockSupport.unpark(idle.poll());
            }
        }
        return task;
    }
}
