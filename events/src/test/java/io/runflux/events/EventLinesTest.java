// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class EventLinesTest {
    static List<Named<RuntimeEvent>> everyKind() {
        return Samples.everyKind();
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void write_anyEvent_isOneLineThatIsReadBack(RuntimeEvent event) {
        EventEnvelope written = new EventEnvelope(9, "epoch", Samples.NOON, "a\nb", event);
        String line = EventLines.write(written);
        assertThat(line).matches("[^\r\n]+\n").isASCII();
        assertThat(EventLines.read(line)).isEqualTo(written);
        assertThat(EventLines.read(line.strip() + "\r")).isEqualTo(written);
    }

    @Test
    void read_emptyLine_isNothing() {
        assertThat(EventLines.read("")).isNull();
        assertThat(EventLines.read("\r\n")).isNull();
        assertThatThrownBy(() -> EventLines.read("{")).isInstanceOf(EventFormatException.class);
    }

    @Test
    void lines_quietStream_sendsEmptyLines() {
        StepVerifier.withVirtualTime(() -> EventLines.lines(Flux.never(), Duration.ofSeconds(15)))
                .thenAwait(Duration.ofSeconds(30))
                .expectNext("\n", "\n")
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void lines_ofAStream_areItsEventsInOrder() {
        EventStream stream = Samples.stream(16);
        Samples.publish(stream, 3);
        stream.dispose();
        Flux<EventEnvelope> events = stream.events(SubscribeOptions.defaults().from(1));
        StepVerifier.create(EventLines.lines(events, SOON).map(line -> Objects.requireNonNull(EventLines.read(line))
                        .sequence()))
                .expectNext(1L, 2L, 3L)
                .expectComplete()
                .verify(SOON);
    }
}
