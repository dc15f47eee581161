// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** One window, and those who read from it. */
final class DefaultEventStream implements EventStream {
    private final EventWindow window;
    private final EventDelivery delivery;

    DefaultEventStream(EventWindow window, EventDelivery delivery) {
        this.window = window;
        this.delivery = delivery;
    }

    @Override
    public EventEnvelope publish(RuntimeEvent event, @Nullable String cause, Runnable change) {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(change, "change");
        if (event instanceof RuntimeEvent.Gap) {
            throw new IllegalArgumentException("a gap cannot be published, was " + event);
        }
        if (cause != null) {
            Checks.text("cause", cause, Checks.MAX_NAME);
        }
        EventEnvelope envelope = window.append(event, cause, change);
        delivery.wakeAll();
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
        EventSubscription subscription = new EventSubscription(subscriber, options, window, delivery);
        try {
            delivery.add(subscription);
        } catch (TooManySubscribersException refused) {
            Operators.error(subscriber, refused);
            return;
        }
        subscription.start();
    }

    @Override
    public <S> Followed.Snapshot<S> snapshot(Supplier<? extends S> state) {
        Objects.requireNonNull(state, "state");
        return window.read(state);
    }

    int subscribers() {
        return delivery.subscribers();
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
        delivery.close();
    }

    @Override
    public Mono<Void> disposeLater(Duration limit) {
        Checks.duration(Objects.requireNonNull(limit, "limit"));
        return Mono.defer(() -> {
            dispose();
            return delivery.gone().timeout(limit, Mono.empty());
        });
    }

    @Override
    public boolean isDisposed() {
        return window.isClosed();
    }
}
