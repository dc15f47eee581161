// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.ArrayDeque;
import java.util.Deque;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Threads that do nothing until they are told to, as those of a slow disk. */
final class HeldTasks implements Scheduler {
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public Disposable schedule(Runnable task) {
        tasks.add(task);
        return Disposables.single();
    }

    @Override
    public Worker createWorker() {
        throw new AssertionError("nobody needs a worker");
    }

    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
