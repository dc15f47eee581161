// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.C2;
import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.paused;
import static io.runflux.events.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.RuntimeEvent.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that connects again and again, with what it has read alone, while others publish. */
class EventResumeTest {
    private static final int EVENTS = 1_500;
    private static final int READ_AT_ONCE = 20;

    private final List<Long> wanted = new CopyOnWriteArrayList<>();
    private final List<EventEnvelope> seen = new ArrayList<>();
    private String lastEventId = "";

    private void publishAll(EventStream stream) {
        for (int i = 0; i < EVENTS; i++) {
            EventEnvelope published = stream.publish(i % 3 == 0 ? paused(C1) : started(i % 2 == 0 ? C1 : C2));
            if (published.event().equals(started(C1))) {
                wanted.add(published.sequence());
            }
        }
        stream.dispose();
    }

    /** Returns how many messages there were; fewer than asked for only at the end of the stream. */
    private int connect(EventStream stream) {
        SubscribeOptions options = EventQuery.parse("topic=/tasks/st*&container=c1&from=1")
                .options(EventSse.lastEventId(lastEventId))
                .withOverflow(OverflowPolicy.WAIT);
        String received = Objects.requireNonNull(stream.events(options)
                .take(READ_AT_ONCE)
                .map(EventSse::write)
                .collect(Collectors.joining())
                .block(SOON));
        SseReader reader = SseReader.read(received);
        reader.messages().forEach(message -> seen.add(EventJson.read(message.data())));
        lastEventId = reader.messages().isEmpty() ? lastEventId : reader.lastEventId();
        return reader.messages().size();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 2048})
    void resume_byLastEventId_everyWantedEventIsSeenOnceOrInAGap(int windowSize) throws Exception {
        EventStream stream = EventStream.builder().windowSize(windowSize).build();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<?> publishing = threads.submit(() -> publishAll(stream));
        int read;
        do {
            read = connect(stream);
        } while (read == READ_AT_ONCE);
        publishing.get(10, TimeUnit.SECONDS);
        threads.shutdown();
        assertNothingIsSilentlyLost();
        if (windowSize > EVENTS) {
            assertThat(seen).extracting(EventEnvelope::sequence).isEqualTo(wanted);
        }
    }

    private void assertNothingIsSilentlyLost() {
        List<Long> unaccounted = new ArrayList<>(wanted);
        long last = 0;
        for (EventEnvelope envelope : seen) {
            long first = envelope.event() instanceof Gap gap ? gap.from() : envelope.sequence();
            assertThat(first).isGreaterThan(last);
            last = envelope.sequence();
            long end = last;
            unaccounted.removeIf(sequence -> sequence >= first && sequence <= end);
        }
        assertThat(unaccounted).isEmpty();
    }
}
