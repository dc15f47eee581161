// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.EventCursor;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventFormatException;
import io.runflux.events.EventJson;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.RuntimeEvent.Gap.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The events of a journal, from a place on. Confined to one reader. */
final class JournalEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JournalEvents.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final JournalReader reader;
    private @Nullable EventCursor place;

    private JournalEvents(EventJournal journal, @Nullable EventCursor place) {
        reader = new JournalReader(journal);
        this.place = place;
    }

    /** Emits those that are kept, and goes on with those that come if that is wanted. */
    static Flux<Line> flux(EventJournal journal, @Nullable EventCursor place, boolean follow) {
        Flux<Long> polls = follow ? Flux.interval(Duration.ZERO, POLL_INTERVAL).onBackpressureDrop() : Flux.just(0L);
        return Flux.using(
                () -> new JournalEvents(journal, place),
                events -> polls.publishOn(Schedulers.boundedElastic(), 1).concatMapIterable(tick -> events.read()),
                JournalEvents::close);
    }

    /** The first time, which reads all that is kept, begins after the place, or with the gap where it was. */
    private List<Line> read() {
        List<Line> events = new ArrayList<>();
        readLines().forEach(line -> addTo(events, line));
        EventCursor begin = place;
        place = null;
        return begin == null ? events : after(begin, events);
    }

    private List<String> readLines() {
        try {
            return reader.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line of a later version, or half of one after a crash, is none of ours. */
    private static void addTo(List<Line> events, String line) {
        try {
            events.add(new Line(line, EventJson.read(line)));
        } catch (EventFormatException e) {
            log.debug("a line of the journal is passed over: {}", e.getMessage());
        }
    }

    private static List<Line> after(EventCursor place, List<Line> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            EventEnvelope event = events.get(i).event();
            if (event.sequence() == place.sequence() && event.epoch().equals(place.epoch())) {
                return events.subList(i + 1, events.size());
            }
        }
        List<Line> all = new ArrayList<>(List.of(gapAfter(place)));
        all.addAll(events);
        return all;
    }

    /** How many are missing nobody knows: the events of many lives stand in one journal. */
    private static Line gapAfter(EventCursor place) {
        Gap gap = new Gap(place.sequence() + 1, place.sequence(), Reason.NOT_KEPT);
        EventEnvelope event = new EventEnvelope(place.sequence(), place.epoch(), Instant.now(), null, gap);
        return new Line(EventJson.write(event), event);
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An event, and the text of it, in which there may be more. */
    record Line(String text, EventEnvelope event) {}
}
