// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C2;
import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.numbers;
import static io.runflux.events.Samples.publish;
import static io.runflux.events.Samples.started;
import static io.runflux.events.Samples.stream;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.RuntimeEvent.Gap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class EventReplayTest {
    private static final int WINDOW = 8;
    private static final SubscribeOptions DEFAULTS = SubscribeOptions.defaults();

    private final EventStream stream = stream(WINDOW);

    private Flux<Long> sequences(SubscribeOptions options) {
        return stream.events(options).map(EventEnvelope::sequence);
    }

    private EventEnvelope gap(long from, long to, Gap.Reason reason) {
        return new EventEnvelope(to, stream.epoch(), Samples.NOON, null, new Gap(from, to, reason));
    }

    @Test
    void from_kept_replaysThenGoesOn() {
        publish(stream, 5);
        StepVerifier.create(sequences(DEFAULTS.from(3)))
                .expectNext(3L, 4L, 5L)
                .then(() -> publish(stream, 2))
                .expectNext(6L, 7L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_nextNumber_isLiveWithoutGap() {
        publish(stream, 5);
        StepVerifier.create(sequences(DEFAULTS.from(stream.epoch(), 6)))
                .then(() -> publish(stream, 1))
                .expectNext(6L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_oneOnAnEmptyStream_deliversAllWithoutGap() {
        StepVerifier.create(sequences(DEFAULTS.from(stream.epoch(), 1)))
                .then(() -> publish(stream, 2))
                .expectNext(1L, 2L)
                .thenCancel()
                .verify(SOON);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void from_olderThanTheWindow_putsAGapFirst(OverflowPolicy policy) {
        publish(stream, 20);
        StepVerifier.create(stream.events(DEFAULTS.from(5).withOverflow(policy)))
                .expectNext(gap(5, 20 - WINDOW, Gap.Reason.NOT_KEPT))
                .expectNextMatches(e -> e.sequence() == 21 - WINDOW)
                .expectNextCount(WINDOW - 1)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_overtakenBeforeTheFirstDemand_widensTheOneGap() {
        publish(stream, 20);
        StepVerifier.create(stream.events(DEFAULTS.from(1)), 0)
                .then(() -> publish(stream, 20))
                .thenRequest(2)
                .expectNext(gap(1, 40 - WINDOW, Gap.Reason.NOT_KEPT))
                .expectNextMatches(e -> e.sequence() == 41 - WINDOW)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_justOutOfTheWindow_namesOneNumber() {
        publish(stream, WINDOW + 1);
        StepVerifier.create(stream.events(DEFAULTS.from(1)))
                .expectNext(gap(1, 1, Gap.Reason.NOT_KEPT))
                .expectNextCount(WINDOW)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_otherEpoch_putsAGapFirstThenAllThatIsKept() {
        publish(stream, 20);
        StepVerifier.create(stream.events(DEFAULTS.from("before", 15)))
                .expectNext(gap(1, 20 - WINDOW, Gap.Reason.EPOCH_CHANGED))
                .expectNextMatches(e -> e.sequence() == 21 - WINDOW)
                .expectNextCount(WINDOW - 1)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_otherEpochNothingMissingOfThisOne_putsAnEmptyGapFirst() {
        publish(stream, 1);
        StepVerifier.create(stream.events(DEFAULTS.from("before", 1)))
                .expectNext(gap(1, 0, Gap.Reason.EPOCH_CHANGED))
                .expectNextMatches(e -> e.sequence() == 1)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_numberNeverGivenOut_isTakenForAnotherEpoch() {
        publish(stream, 2);
        StepVerifier.create(stream.events(DEFAULTS.from(4)))
                .expectNext(gap(1, 0, Gap.Reason.EPOCH_CHANGED))
                .expectNextCount(2)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_replayLongerThanTheBuffer_doesNotOverflow() {
        publish(stream, WINDOW - 1);
        StepVerifier.create(sequences(DEFAULTS.from(1).withBufferSize(1)), 0)
                .then(() -> publish(stream, 1))
                .thenRequest(WINDOW)
                .expectNext(numbers(1, WINDOW))
                .then(() -> publish(stream, 2))
                .expectError(EventsLostException.class)
                .verify(SOON);
    }

    @Test
    void from_slowReplayOvertakenUnderFail_fails() {
        publish(stream, WINDOW);
        StepVerifier.create(sequences(DEFAULTS.from(1)), 1)
                .expectNext(1L)
                .then(() -> publish(stream, 2))
                .expectErrorMatches(e -> e instanceof EventsLostException lost && lost.firstLost() == 2)
                .verify(SOON);
    }

    @Test
    void from_filtered_replaysMatchesOnly() {
        publish(stream, 3);
        stream.publish(started(C2));
        publish(stream, 3);
        StepVerifier.create(
                        sequences(DEFAULTS.from(1).withFilter(EventFilter.all().withContainers(C2))))
                .expectNext(4L)
                .then(() -> stream.publish(started(C2)))
                .expectNext(8L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void from_epochWithoutNumber_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.from("before", 0))
                .withMessage("first sequence number must be 1 or more, was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.from(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withBufferSize(0));
    }
}
