// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.NOON;
import static io.runflux.events.Samples.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class EventSseTest {
    /** The grammar of the HTML standard (9.2.5) for what ends its lines with a line feed. */
    private static final String BLOCK = "((:[^\r\n]*|[^\r\n:]+(:[ ]?[^\r\n]*)?)\n)+\n";

    private static final EventCursor CURSOR = new EventCursor("epoch", 7);

    static List<Named<RuntimeEvent>> everyKind() {
        return Samples.everyKind();
    }

    private static EventEnvelope envelope(RuntimeEvent event) {
        return new EventEnvelope(7, "epoch", NOON, "run \"c1\"\r\n\u2028", event);
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void write_anyEvent_isReadAsOneMessage(RuntimeEvent event) {
        EventEnvelope written = envelope(event);
        String block = EventSse.write(written);
        assertThat(block).matches(BLOCK).isASCII();
        SseReader read = SseReader.read(block);
        assertThat(read.messages()).singleElement().satisfies(message -> {
            assertThat(message.type()).isEqualTo(event.topic().path());
            assertThat(EventJson.read(message.data())).isEqualTo(written);
            assertThat(EventSse.lastEventId(message.lastEventId())).isEqualTo(written.cursor());
        });
    }

    @Test
    void write_gap_isAnEventOfItsOwnBehindWhichOneGoesOn() {
        EventStream stream = Samples.stream(4);
        Samples.publish(stream, 6);
        EventEnvelope gap = stream.events(SubscribeOptions.defaults().from(1))
                .next()
                .blockOptional(SOON)
                .orElseThrow();
        SseReader read = SseReader.read(EventSse.write(gap));
        assertThat(read.messages()).extracting(SseReader.Message::type).containsExactly("/events/gap");
        assertThat(read.lastEventId()).isEqualTo(stream.epoch() + "-2");
    }

    @Test
    void write_epochUnfitForAnId_isRefused() {
        EventEnvelope forged = new EventEnvelope(1, "a\nid: b", NOON, null, Samples.started(Samples.C1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventSse.write(forged))
                .withMessageEndingWith("was 'a?id: b'");
    }

    @Test
    void position_isRememberedAndNotSeen() {
        SseReader read = SseReader.read(EventSse.position(CURSOR) + EventSse.heartbeat());
        assertThat(read.messages()).isEmpty();
        assertThat(read.lastEventId()).isEqualTo("epoch-7");
    }

    @Test
    void retryAndHeartbeat_areBlocksWithoutMessages() {
        String stream = EventSse.retry(Duration.ofSeconds(2)) + EventSse.heartbeat();
        assertThat(EventSse.retry(Duration.ZERO)).matches(BLOCK);
        assertThat(EventSse.heartbeat()).matches(BLOCK);
        SseReader read = SseReader.read(stream);
        assertThat(read.messages()).isEmpty();
        assertThat(read.retryMillis()).isEqualTo(2000);
        assertThatIllegalArgumentException().isThrownBy(() -> EventSse.retry(Duration.ofSeconds(-1)));
    }

    @Test
    void blocks_quietStream_beatsUntilTheEventsEnd() {
        TestPublisher<EventEnvelope> events = TestPublisher.create();
        EventEnvelope event = envelope(Samples.started(Samples.C1));
        StepVerifier.withVirtualTime(() -> EventSse.blocks(events.flux(), Duration.ofSeconds(15)))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(14))
                .thenAwait(Duration.ofSeconds(1))
                .expectNext(EventSse.heartbeat())
                .then(() -> events.next(event))
                .expectNext(EventSse.write(event))
                .thenAwait(Duration.ofSeconds(15))
                .expectNext(EventSse.heartbeat())
                .then(events::complete)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void blocks_withoutDemand_keepsOneHeartbeatAtMost() {
        StepVerifier.withVirtualTime(() -> EventSse.blocks(Flux.never(), Duration.ofSeconds(1)), 0)
                .thenAwait(Duration.ofMinutes(1))
                .thenRequest(1)
                .expectNext(EventSse.heartbeat())
                .thenRequest(1)
                .thenAwait(Duration.ofMillis(1))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void blocks_eventsFail_failsAlike() {
        StepVerifier.withVirtualTime(
                        () -> EventSse.blocks(Flux.error(new IllegalStateException("broken")), Duration.ofSeconds(1)))
                .expectErrorMessage("broken")
                .verify(SOON);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventSse.blocks(Flux.never(), Duration.ZERO))
                .withMessage("heartbeat must be longer than 0, was PT0S");
    }

    @Test
    void lastEventId_absentOrEmpty_isNone() {
        assertThat(EventSse.lastEventId(null)).isNull();
        assertThat(EventSse.lastEventId("")).isNull();
    }

    @Test
    void lastEventId_epochWithHyphens_isSplitAtTheLast() {
        assertThat(EventSse.lastEventId("a-1-b-0")).isEqualTo(new EventCursor("a-1-b", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "-7",
                "epoch",
                "epoch-",
                "epoch--",
                "epoch-07",
                "epoch-7 ",
                "e poch-7",
                "ep\u00f6ch-7",
                "epoch-+7",
                "epoch-9999999999999999999",
                "epoch-7\n"
            })
    void lastEventId_notOurs_isRefused(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventSse.lastEventId(id))
                .withMessageStartingWith("a place in the events must be EPOCH-NUMBER, was '");
    }
}
