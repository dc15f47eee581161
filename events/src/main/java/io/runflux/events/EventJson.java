// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Instant;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as JSON, one line of ASCII each, without the line's end:
 *
 * <pre>{@code
 * {"sequence":7,"epoch":"...","time":"2026-11-21T10:00:00Z","topic":"/tasks/exit","cause":"run c1",
 *  "event":{"container_id":"c1","pid":42,"exit_status":{"kind":"exited","code":0},"exited_at":"2026-11-21T10:00:00Z"}}
 * }</pre>
 *
 * <p>Fields of events have containerd's names where it has the event. Times are of RFC 3339, durations of ISO 8601
 * ({@code PT1.5S}). What is null is left out. An exit status is of the kind {@code exited}, {@code signaled} or
 * {@code unknown}, each with the one integer of {@link ExitStatus#code()}. Fields and topics will be added, none
 * renamed or removed; fields that are not known are ignored. What an unknown topic means cannot be guessed, so it is an
 * error.
 */
public final class EventJson {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_DEPTH = 64;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .build();

    private EventJson() {}

    /**
     * Writes an event.
     *
     * @param envelope the event
     * @return one line of ASCII, without the line's end
     */
    public static String write(EventEnvelope envelope) {
        Objects.requireNonNull(envelope, "envelope");
        ObjectNode node = MAPPER.createObjectNode();
        node.put("sequence", envelope.sequence());
        node.put("epoch", envelope.epoch());
        node.put("time", envelope.time().toString());
        node.put("topic", envelope.topic().path());
        if (envelope.cause() != null) {
            node.put("cause", envelope.cause());
        }
        EventBody.write(envelope.event(), node.putObject("event"));
        return MAPPER.writeValueAsString(node);
    }

    /**
     * Reads an event.
     *
     * @param json what {@link #write} or a newer version of it wrote, at most 1,048,576 characters and 64 levels deep
     * @return the event
     * @throws EventFormatException if the text is no JSON object, has more than one value or the same field twice,
     *     lacks a field or has a wrong value in one, or has a topic that is not known; the message says which
     */
    public static EventEnvelope read(String json) {
        Objects.requireNonNull(json, "json");
        if (json.length() > MAX_CHARACTERS) {
            throw new EventFormatException(
                    "event must have at most " + MAX_CHARACTERS + " characters, has " + json.length(), null);
        }
        JsonFields fields = new JsonFields("", parse(json));
        try {
            return toEnvelope(fields);
        } catch (IllegalArgumentException rejected) {
            throw new EventFormatException("not an event: " + rejected.getMessage(), rejected);
        }
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException malformed) {
            String reason = Identifiers.printable(String.valueOf(malformed.getOriginalMessage()));
            throw new EventFormatException("event is not JSON: " + reason, malformed);
        }
    }

    private static EventEnvelope toEnvelope(JsonFields fields) {
        Topic topic = Topic.of(fields.text("topic"));
        return new EventEnvelope(
                fields.integer("sequence", Long.MAX_VALUE),
                fields.text("epoch"),
                fields.parse("time", Instant::parse),
                fields.optionalText("cause"),
                EventBody.read(topic, fields.object("event")));
    }
}
