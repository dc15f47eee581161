// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The subscribers of one stream, and the few workers that call them. A subscription with something to do waits in one
 * queue, once at most, so the queue is never longer than the subscribers are many.
 *
 * <p>A worker that takes one out while others wait first calls for a further worker: code of a subscriber that does not
 * return thus keeps one worker, and nobody else. At most one worker is called for at a time, since most subscribers
 * return long before it has come.
 */
final class EventDelivery {
    /** The number of workers is doubled, and odd while one of them is still to come. */
    private static final int COMING = 1;

    private static final int WORKER = 2;

    private final Scheduler scheduler;
    private final int maxWorkers;
    private final int maxSubscribers;
    private final CopyOnWriteArrayList<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Queue<EventSubscription> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger workers = new AtomicInteger();
    private final Sinks.Empty<Void> gone = Sinks.empty();
    private volatile boolean isClosed;

    EventDelivery(Scheduler scheduler, int maxWorkers, int maxSubscribers) {
        this.scheduler = scheduler;
        this.maxWorkers = maxWorkers;
        this.maxSubscribers = maxSubscribers;
    }

    void add(EventSubscription subscription) {
        synchronized (subscriptions) {
            if (subscriptions.size() >= maxSubscribers) {
                throw new TooManySubscribersException(maxSubscribers);
            }
            subscriptions.add(subscription);
        }
    }

    void remove(EventSubscription subscription) {
        subscriptions.remove(subscription);
        tellIfAllAreGone();
    }

    int subscribers() {
        return subscriptions.size();
    }

    void wakeAll() {
        for (EventSubscription subscription : subscriptions) {
            if (subscription.wantsTurn()) {
                ready.offer(subscription);
            }
        }
        callWorker();
    }

    void wake(EventSubscription subscription) {
        if (subscription.wantsTurn()) {
            enqueue(subscription);
        }
    }

    void enqueue(EventSubscription subscription) {
        ready.offer(subscription);
        callWorker();
    }

    void close() {
        isClosed = true;
        wakeAll();
        tellIfAllAreGone();
    }

    /** Completes once the stream is closed, every subscription has ended, and no subscriber is being called. */
    Mono<Void> gone() {
        return gone.asMono();
    }

    private void callWorker() {
        if (ready.isEmpty() || !isWorkerWanted()) {
            return;
        }
        try {
            scheduler.schedule(this::work);
        } catch (RejectedExecutionException refused) {
            workers.addAndGet(-WORKER - COMING);
            endWaiting(refused);
        }
    }

    private boolean isWorkerWanted() {
        int before = workers.getAndUpdate(count -> isFull(count) ? count : count + WORKER + COMING);
        return !isFull(before);
    }

    private boolean isFull(int count) {
        return (count & COMING) != 0 || count / WORKER >= maxWorkers;
    }

    private void endWaiting(RejectedExecutionException refused) {
        EventSubscription next = ready.poll();
        while (next != null) {
            next.reject(refused);
            next = ready.poll();
        }
    }

    private void work() {
        workers.addAndGet(-COMING);
        try {
            EventSubscription next = ready.poll();
            while (next != null) {
                callWorker();
                giveTurn(next);
                next = ready.poll();
            }
        } finally {
            leave();
        }
    }

    private void giveTurn(EventSubscription subscription) {
        if (subscription.takeTurn()) {
            ready.offer(subscription);
        }
    }

    /** What was queued after the last look was refused a further worker, if this one was the last allowed. */
    private void leave() {
        workers.addAndGet(-WORKER);
        callWorker();
        tellIfAllAreGone();
    }

    private void tellIfAllAreGone() {
        if (isClosed && subscriptions.isEmpty() && ready.isEmpty() && workers.get() == 0) {
            gone.tryEmitEmpty();
        }
    }
}
