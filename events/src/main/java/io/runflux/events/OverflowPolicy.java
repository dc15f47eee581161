// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

/**
 * What becomes of a subscriber that is slower than events are published: that requests them too slowly, or takes too
 * long over one within {@code onNext}. Neither holds up the publisher or another subscriber. What waits for demand is
 * bounded by the subscriber's buffer; what waits for {@code onNext} to return, by the window of the stream.
 */
public enum OverflowPolicy {
    /**
     * It ends with an {@link EventsLostException} at once, which names what it did not get; what waited for it is not
     * delivered. Having subscribed again from the first of these, it loses nothing that the window still keeps.
     */
    FAIL,
    /**
     * It loses the oldest events that wait for it, and finds a {@link RuntimeEvent.Gap} in their place; as many as its
     * buffer holds are kept.
     */
    DROP,
    /**
     * The events wait for it in the window of the stream, which it reads at its own pace; its buffer size means
     * nothing. What the window gives up before it was read comes as a {@link RuntimeEvent.Gap}.
     */
    WAIT
}
