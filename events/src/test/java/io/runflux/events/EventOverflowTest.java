// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.C2;
import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.numbers;
import static io.runflux.events.Samples.publish;
import static io.runflux.events.Samples.started;
import static io.runflux.events.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.RuntimeEvent.Gap;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

class EventOverflowTest {
    private static final int BUFFER = 4;
    private static final int WINDOW = 16;

    private final DefaultEventStream stream = stream(WINDOW);

    private static SubscribeOptions options(OverflowPolicy policy) {
        return SubscribeOptions.defaults().withOverflow(policy).withBufferSize(BUFFER);
    }

    private StepVerifier.Step<EventEnvelope> withoutDemand(SubscribeOptions options) {
        return StepVerifier.create(stream.events(options), 0).expectSubscription();
    }

    private EventEnvelope gap(long from, long to, Gap.Reason reason) {
        return new EventEnvelope(to, stream.epoch(), Samples.NOON, null, new Gap(from, to, reason));
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void overflow_bufferJustFull_losesNothing(OverflowPolicy policy) {
        StepVerifier.create(stream.events(options(policy)).map(EventEnvelope::sequence), 0)
                .then(() -> publish(stream, BUFFER))
                .thenRequest(BUFFER)
                .expectNext(numbers(1, BUFFER))
                .thenCancel()
                .verify(SOON);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void overflow_demandKeptUp_losesNothing(OverflowPolicy policy) {
        List<Long> seen = new ArrayList<>();
        Disposable subscription = stream.events(options(policy)).subscribe(e -> seen.add(e.sequence()));
        publish(stream, 10 * WINDOW);
        assertThat(seen).containsExactly(numbers(1, 10 * WINDOW));
        subscription.dispose();
    }

    @Test
    void fail_oneTooMany_namesWhatWasLostAndReleases() {
        withoutDemand(options(OverflowPolicy.FAIL).withBufferSize(2))
                .thenRequest(1)
                .then(() -> publish(stream, 3))
                .expectNextMatches(e -> e.sequence() == 1)
                .then(() -> assertThat(stream.subscribers()).isEqualTo(1))
                .then(() -> publish(stream, 1))
                .expectErrorSatisfies(this::assertLostTwoToFour)
                .verify(SOON);
        assertThat(stream.subscribers()).isZero();
    }

    private void assertLostTwoToFour(Throwable error) {
        assertThat(error)
                .isInstanceOf(EventsLostException.class)
                .hasMessage("subscriber let more than 2 events wait: sequence numbers 2 to 4 were not delivered");
        EventsLostException lost = (EventsLostException) error;
        assertThat(lost.firstLost()).isEqualTo(2);
        assertThat(lost.lastLost()).isEqualTo(4);
        assertThat(lost.epoch()).isEqualTo(stream.epoch());
    }

    @Test
    void fail_subscribedAgainFromTheFirstLost_losesNothing() {
        List<EventsLostException> errors = new ArrayList<>();
        BaseSubscriber<EventEnvelope> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnError(Throwable error) {
                errors.add((EventsLostException) error);
            }
        };
        stream.events(options(OverflowPolicy.FAIL)).subscribe(slow);
        publish(stream, BUFFER + 1);
        EventsLostException lost = errors.get(0);
        SubscribeOptions again = options(OverflowPolicy.FAIL).from(lost.epoch(), lost.firstLost());
        StepVerifier.create(stream.events(again).map(EventEnvelope::sequence))
                .expectNext(numbers(1, BUFFER + 1))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void fail_onlyFilteredEventsCount() {
        EventFilter filter = EventFilter.all().withContainers(C2);
        withoutDemand(options(OverflowPolicy.FAIL).withFilter(filter))
                .then(() -> publish(stream, 2 * WINDOW))
                .then(() -> stream.publish(started(C2)))
                .then(() -> publish(stream, 2 * BUFFER))
                .thenRequest(1)
                .expectNextMatches(e -> e.event().equals(started(C2)))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void fail_waitingEventLeavesTheWindow_fails() {
        EventFilter filter = EventFilter.all().withContainers(C2);
        withoutDemand(options(OverflowPolicy.FAIL).withFilter(filter))
                .then(() -> stream.publish(started(C2)))
                .then(() -> publish(stream, WINDOW))
                .expectErrorMessage("subscriber fell out of the window of the stream: sequence numbers 1 to "
                        + (WINDOW + 1) + " were not delivered")
                .verify(SOON);
    }

    @Test
    void drop_tooMany_putsOneGapWhereTheOldestWere() {
        withoutDemand(options(OverflowPolicy.DROP))
                .thenRequest(1)
                .then(() -> publish(stream, 1))
                .expectNextMatches(e -> e.sequence() == 1)
                .then(() -> publish(stream, BUFFER + 3))
                .thenRequest(1)
                .expectNext(gap(2, 4, Gap.Reason.OVERFLOW))
                .thenRequest(BUFFER)
                .expectNextMatches(e -> e.sequence() == 5)
                .expectNextCount(BUFFER - 2)
                .expectNextMatches(e -> e.sequence() == 4 + BUFFER)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void drop_farBeyondTheWindow_stillKeepsTheNewest() {
        withoutDemand(options(OverflowPolicy.DROP))
                .then(() -> publish(stream, 100))
                .thenRequest(2)
                .expectNext(gap(1, 100 - BUFFER, Gap.Reason.OVERFLOW))
                .expectNextMatches(e -> e.sequence() == 101 - BUFFER)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void drop_afterCatchingUp_dropsAgain() {
        withoutDemand(options(OverflowPolicy.DROP).withBufferSize(1))
                .then(() -> publish(stream, 2))
                .thenRequest(2)
                .expectNext(gap(1, 1, Gap.Reason.OVERFLOW))
                .expectNextMatches(e -> e.sequence() == 2)
                .then(() -> publish(stream, 3))
                .thenRequest(2)
                .expectNext(gap(3, 4, Gap.Reason.OVERFLOW))
                .expectNextMatches(e -> e.sequence() == 5)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void wait_stalledWithinTheWindow_losesNothing() {
        StepVerifier.create(stream.events(options(OverflowPolicy.WAIT)).map(EventEnvelope::sequence), 0)
                .then(() -> publish(stream, WINDOW))
                .thenRequest(WINDOW)
                .expectNext(numbers(1, WINDOW))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void wait_beyondTheWindow_getsOneGapThenAllThatIsKept() {
        withoutDemand(options(OverflowPolicy.WAIT))
                .then(() -> publish(stream, 100))
                .thenRequest(1)
                .expectNext(gap(1, 100 - WINDOW, Gap.Reason.NOT_KEPT))
                .thenRequest(WINDOW)
                .expectNextMatches(e -> e.sequence() == 101 - WINDOW)
                .expectNextCount(WINDOW - 1)
                .thenCancel()
                .verify(SOON);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void stalledSubscriber_besideAFastOne_holdsUpNobody(OverflowPolicy policy) {
        BaseSubscriber<EventEnvelope> stalled = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnError(Throwable error) {
                assertThat(error).isInstanceOf(EventsLostException.class);
            }
        };
        stream.events(options(policy)).subscribe(stalled);
        List<Long> seen = new ArrayList<>();
        Disposable fast = stream.events(options(policy)).subscribe(e -> seen.add(e.sequence()));
        publish(stream, 1000);
        assertThat(seen).containsExactly(numbers(1, 1000));
        stalled.cancel();
        fast.dispose();
    }

    @Test
    void drop_gap_passesEveryFilter() {
        EventFilter filter = EventFilter.all().withContainers(C1).withTopics("/tasks/start");
        withoutDemand(options(OverflowPolicy.DROP).withFilter(filter))
                .then(() -> publish(stream, BUFFER + 1))
                .thenRequest(1)
                .expectNext(gap(1, 1, Gap.Reason.OVERFLOW))
                .thenCancel()
                .verify(SOON);
    }
}
