// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.ArrayList;
import java.util.List;

/** Interprets an event stream as the HTML standard says it (9.2.6), step by step, so that it can find our mistakes. */
final class SseReader {
    record Message(String type, String data, String lastEventId) {}

    private final List<Message> messages = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();
    private String type = "";
    private String idBuffer = "";
    private String lastEventId = "";
    private long retryMillis = -1;

    static SseReader read(String stream) {
        SseReader reader = new SseReader();
        String body = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
        String[] lines = body.split("\r\n|\n|\r", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            reader.line(lines[i]);
        }
        return reader;
    }

    private void line(String line) {
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
            dispatch();
        } else if (colon < 0) {
            field(line, "");
        } else if (colon > 0) {
            String value = line.substring(colon + 1);
            field(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> type = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> idBuffer = value.indexOf('\0') < 0 ? value : idBuffer;
            case "retry" -> retryMillis = value.matches("[0-9]+") ? Long.parseLong(value) : retryMillis;
            default -> throw new AssertionError("a browser would ignore the field '" + name + "'");
        }
    }

    private void dispatch() {
        lastEventId = idBuffer;
        if (!data.isEmpty()) {
            data.setLength(data.length() - 1);
            messages.add(new Message(type.isEmpty() ? "message" : type, data.toString(), lastEventId));
        }
        data.setLength(0);
        type = "";
    }

    List<Message> messages() {
        return messages;
    }

    String lastEventId() {
        return lastEventId;
    }

    long retryMillis() {
        return retryMillis;
    }
}
