// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Clock;
import java.util.Objects;
import java.util.UUID;

/** Settings of an {@link EventStream}. */
public final class EventStreamBuilder {
    private static final int MAX_WINDOW = 1 << 20;
    private static final int MAX_SUBSCRIBERS = 1 << 16;

    private Clock clock = Clock.systemUTC();
    private int windowSize = 4096;
    private int maxSubscribers = 1024;

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
     * Returns a stream with a new epoch.
     *
     * @return a new stream, to be disposed of
     */
    public EventStream build() {
        return new DefaultEventStream(new EventWindow(UUID.randomUUID().toString(), clock, windowSize), maxSubscribers);
    }
}
