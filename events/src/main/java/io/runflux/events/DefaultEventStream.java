// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** One window, and those who read from it. */
final class DefaultEventStream implements EventStream {
    private final EventWindow window;
    private final int maxSubscribers;
    private final CopyOnWriteArrayList<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();

    DefaultEventStream(EventWindow window, int maxSubscribers) {
        this.window = window;
        this.maxSubscribers = maxSubscribers;
    }

    @Override
    public EventEnvelope publish(RuntimeEvent event, @Nullable String cause) {
        Objects.requireNonNull(event, "event");
        if (event instanceof RuntimeEvent.Gap) {
            throw new IllegalArgumentException("a gap cannot be published, was " + event);
        }
        EventEnvelope envelope = window.append(event, cause);
        subscriptions.forEach(EventSubscription::drain);
        return envelope;
    }

    @Override
    public Flux<EventEnvelope> events(SubscribeOptions options) {
        Objects.requireNonNull(options, "options");
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super EventEnvelope> subscriber) {
                DefaultEventStream.this.subscribe(subscriber, options);
            }
        };
    }

    /** The place is settled before the subscription is known, so an event in between is found in the window. */
    private void subscribe(CoreSubscriber<? super EventEnvelope> subscriber, SubscribeOptions options) {
        EventSubscription subscription = new EventSubscription(subscriber, options, window, subscriptions::remove);
        if (!add(subscription)) {
            Operators.error(subscriber, new TooManySubscribersException(maxSubscribers));
            return;
        }
        subscription.start();
    }

    private boolean add(EventSubscription subscription) {
        synchronized (subscriptions) {
            return subscriptions.size() < maxSubscribers && subscriptions.add(subscription);
        }
    }

    int subscribers() {
        return subscriptions.size();
    }

    @Override
    public String epoch() {
        return window.epoch();
    }

    @Override
    public long lastSequence() {
        return window.last();
    }

    @Override
    public void dispose() {
        window.close();
        subscriptions.forEach(EventSubscription::drain);
    }

    @Override
    public boolean isDisposed() {
        return window.isClosed();
    }
}
