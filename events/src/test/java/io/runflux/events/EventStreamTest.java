// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.C2;
import static io.runflux.events.Samples.NOON;
import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.numbers;
import static io.runflux.events.Samples.paused;
import static io.runflux.events.Samples.publish;
import static io.runflux.events.Samples.started;
import static io.runflux.events.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.runflux.testing.Incidents;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class EventStreamTest {
    private final DefaultEventStream stream = stream(16);

    @Test
    void publish_first_getsNumberOneTimeEpochAndCause() {
        EventEnvelope envelope = stream.publish(started(C1), "run c1");
        assertThat(envelope).isEqualTo(new EventEnvelope(1, stream.epoch(), NOON, "run c1", started(C1)));
        assertThat(stream.lastSequence()).isEqualTo(1);
    }

    @Test
    void epoch_ofTwoStreams_differs() {
        assertThat(stream.epoch()).isNotEqualTo(stream(16).epoch());
    }

    @Test
    void publish_gap_isRefused() {
        RuntimeEvent gap = new RuntimeEvent.Gap(1, 2, RuntimeEvent.Gap.Reason.OVERFLOW);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.publish(gap))
                .withMessageContaining("from=1");
        assertThat(stream.lastSequence()).isZero();
    }

    @Test
    void publish_causeTooLong_isRefusedAndLeavesNoHole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.publish(started(C1), "x".repeat(257)))
                .withMessage("cause must have 1 to 256 characters, has 257");
        assertThat(stream.publish(started(C1)).sequence()).isEqualTo(1);
    }

    @Test
    void publish_afterDispose_isRefused() {
        stream.dispose();
        assertThatIllegalStateException()
                .isThrownBy(() -> stream.publish(started(C1)))
                .withMessageContaining("/tasks/start");
    }

    @Test
    void events_byDefault_deliversFromSubscriptionOn() {
        publish(stream, 3);
        StepVerifier.create(stream.events().map(EventEnvelope::sequence))
                .then(() -> publish(stream, 2))
                .expectNext(4L, 5L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void events_subscribedTwice_takesAPlaceEachTime() {
        Flux<Long> events = stream.events().map(EventEnvelope::sequence);
        publish(stream, 1);
        StepVerifier.create(events)
                .then(() -> publish(stream, 1))
                .expectNext(2L)
                .thenCancel()
                .verify(SOON);
        StepVerifier.create(events)
                .then(() -> publish(stream, 1))
                .expectNext(3L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void events_requestedOneByOne_deliversNoMore() {
        StepVerifier.create(stream.events().map(EventEnvelope::sequence), 0)
                .then(() -> publish(stream, 3))
                .thenRequest(1)
                .expectNext(1L)
                .expectNoEvent(Duration.ofMillis(20))
                .thenRequest(2)
                .expectNext(2L, 3L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void events_filtered_deliversMatchesOnly() {
        EventFilter filter = EventFilter.all().withTopics("/tasks/paused").withContainers(C2);
        StepVerifier.create(stream.events(SubscribeOptions.defaults().withFilter(filter))
                        .map(EventEnvelope::sequence))
                .then(() -> stream.publish(started(C2)))
                .then(() -> stream.publish(paused(C1)))
                .then(() -> stream.publish(paused(C2)))
                .expectNext(3L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void events_publishedFromWithinASubscriber_keepsTheOrderForAll() {
        List<Long> first = new ArrayList<>();
        List<Long> second = new ArrayList<>();
        Disposable chain = stream.events().subscribe(envelope -> {
            first.add(envelope.sequence());
            if (envelope.sequence() < 5) {
                stream.publish(started(C1));
            }
        });
        Disposable plain = stream.events().subscribe(envelope -> second.add(envelope.sequence()));
        publish(stream, 1);
        assertThat(first).containsExactly(numbers(1, 5));
        assertThat(second).containsExactly(numbers(1, 5));
        chain.dispose();
        plain.dispose();
    }

    @Test
    void cancel_releasesThePlace() {
        Disposable subscription = stream.events().subscribe();
        assertThat(stream.subscribers()).isEqualTo(1);
        subscription.dispose();
        assertThat(stream.subscribers()).isZero();
    }

    @Test
    void cancel_inOnSubscribe_releasesThePlace() {
        stream.events().take(0).subscribe();
        stream.events().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                cancel();
            }
        });
        assertThat(stream.subscribers()).isZero();
    }

    @Test
    void cancel_inOnNext_deliversNoMore() {
        List<Long> seen = new ArrayList<>();
        publish(stream, 5);
        stream.events(SubscribeOptions.defaults().from(1)).take(2).subscribe(e -> seen.add(e.sequence()));
        assertThat(seen).containsExactly(1L, 2L);
        assertThat(stream.subscribers()).isZero();
    }

    @Test
    void events_tooManySubscribers_failsTheLastAndFreesOnCancel() {
        EventStream small =
                EventStream.builder().clock(Clock.systemUTC()).maxSubscribers(1).build();
        Disposable first = small.events().subscribe();
        StepVerifier.create(small.events())
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(TooManySubscribersException.class)
                        .hasMessage("event stream has 1 subscribers and allows no more"))
                .verify(SOON);
        first.dispose();
        StepVerifier.create(small.events())
                .then(small::dispose)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void dispose_subscriberBehind_completesAfterWhatWasPublished() {
        StepVerifier.create(stream.events().map(EventEnvelope::sequence), 0)
                .then(() -> publish(stream, 2))
                .then(stream::dispose)
                .thenRequest(1)
                .expectNext(1L)
                .thenRequest(1)
                .expectNext(2L)
                .expectComplete()
                .verify(SOON);
        assertThat(stream.subscribers()).isZero();
        assertThat(stream.isDisposed()).isTrue();
    }

    @Test
    void events_afterDispose_replaysAndCompletes() {
        publish(stream, 2);
        stream.dispose();
        StepVerifier.create(stream.events(SubscribeOptions.defaults().from(1)).map(EventEnvelope::sequence))
                .expectNext(1L, 2L)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void publish_subscriberThrows_endsThatSubscriberAlone() {
        List<Long> seen = new ArrayList<>();
        stream.events().subscribe(new ThrowingSubscriber());
        Disposable healthy = stream.events().subscribe(e -> seen.add(e.sequence()));
        publish(stream, 2);
        assertThat(seen).containsExactly(1L, 2L);
        assertThat(Incidents.take()).singleElement().asString().contains("dropped", "broken");
        assertThat(stream.subscribers()).isEqualTo(1);
        healthy.dispose();
    }

    private static final class ThrowingSubscriber implements CoreSubscriber<EventEnvelope> {
        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(EventEnvelope envelope) {
            throw new IllegalStateException("broken");
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }
}
