// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.SubscribeOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Delivery by the event stream. An event carries no time of its own in nanoseconds, so its number finds it. */
final class RunfluxDeliveryContender implements DeliveryContender {
    private static final int TIMES = 1 << 12;

    private final EventStream stream = EventStream.create();
    private final long[] publishedNanos = new long[TIMES];
    private final List<Receiver> receivers;
    private long next = stream.lastSequence() + 1;

    RunfluxDeliveryContender(int subscribers, boolean oneIsStalled) {
        receivers =
                IntStream.range(0, subscribers).mapToObj(i -> new Receiver()).toList();
        receivers.forEach(this::subscribe);
        if (oneIsStalled) {
            SubscribeOptions gaps = SubscribeOptions.defaults().withOverflow(OverflowPolicy.DROP);
            stream.events(gaps).subscribe(new Stalled());
        }
    }

    private void subscribe(Receiver receiver) {
        stream.events().subscribe(event -> receiver.receive(timeOf(event)));
    }

    private long timeOf(EventEnvelope event) {
        return publishedNanos[(int) (event.sequence() % TIMES)];
    }

    @Override
    public List<Receiver> receivers() {
        return receivers;
    }

    @Override
    public void publish(long nanos) {
        publishedNanos[(int) (next++ % TIMES)] = nanos;
        stream.publish(SampleEvents.STARTED);
    }

    @Override
    public void close() {
        stream.disposeLater(Duration.ZERO).block(Duration.ofSeconds(10));
    }

    /** Asks for nothing. */
    private static final class Stalled extends BaseSubscriber<EventEnvelope> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {}
    }
}
