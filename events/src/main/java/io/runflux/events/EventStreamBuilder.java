// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import reactor.core.scheduler.Scheduler;

/** Settings of an {@link EventStream}. */
public final class EventStreamBuilder {
    private static final int MAX_WINDOW = 1 << 20;
    private static final int MAX_SUBSCRIBERS = 1 << 16;
    private static final int MAX_WORKERS = 1 << 10;

    private Clock clock = Clock.systemUTC();
    private int windowSize = 4096;
    private int maxSubscribers = 1024;
    private Scheduler scheduler = EventThreads.SCHEDULER;
    private int workers = 16;

    EventStreamBuilder() {}

    /**
     * Sets the clock that gives events their time. Default: that of the system.
     *
     * @param value the clock, which must not block
     * @return this
     */
    public EventStreamBuilder clock(Clock value) {
        clock = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets how many of the newest events are kept. An event takes about 300 bytes, and at most some 20 KiB if its paths
     * are as long as they may be. Default: 4096.
     *
     * @param events 1 to 1,048,576
     * @return this
     * @throws IllegalArgumentException if the number is out of bounds
     */
    public EventStreamBuilder windowSize(int events) {
        Checks.range("window size", events, MAX_WINDOW);
        windowSize = events;
        return this;
    }

    /**
     * Sets how many subscribers there may be at once; one more fails with {@link TooManySubscribersException}. Default:
     * 1024.
     *
     * @param subscribers 1 to 65,536
     * @return this
     * @throws IllegalArgumentException if the number is out of bounds
     */
    public EventStreamBuilder maxSubscribers(int subscribers) {
        Checks.range("subscribers", subscribers, MAX_SUBSCRIBERS);
        maxSubscribers = subscribers;
        return this;
    }

    /**
     * Sets where subscribers are called, and how many of them at once. Who publishes does not wait for it, and code of
     * a subscriber that blocks keeps a worker of its own; only when all of them are blocked do the other subscribers
     * wait, and lose by their policy. Workers are tasks of the scheduler that end when there is nothing to deliver. A
     * stream whose scheduler refuses a task ends the subscribers that wait with what it was told.
     *
     * <p>Default: 16 workers on daemon threads named {@code runflux-events}, which are made when they are needed and
     * end after a minute without work. One worker on {@code Schedulers.immediate()} is whoever publishes or requests:
     * for subscribers that are known to be quick, and for tests.
     *
     * @param value where to call subscribers; not disposed of with the stream
     * @param atOnce how many workers, 1 to 1,024
     * @return this
     * @throws IllegalArgumentException if the number is out of bounds
     */
    public EventStreamBuilder deliverOn(Scheduler value, int atOnce) {
        Checks.range("workers", atOnce, MAX_WORKERS);
        scheduler = Objects.requireNonNull(value, "value");
        workers = atOnce;
        return this;
    }

    /**
     * Returns a stream with a new epoch.
     *
     * @return a new stream, to be disposed of
     */
    public EventStream build() {
        return new DefaultEventStream(
                new EventWindow(UUID.randomUUID().toString(), clock, windowSize),
                new EventDelivery(scheduler, workers, maxSubscribers));
    }
}
