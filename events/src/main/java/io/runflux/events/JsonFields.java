// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.DateTimeException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields of one JSON object, by name and type; a field that is null is taken for absent. */
final class JsonFields {
    private final String prefix;
    private final JsonNode node;

    JsonFields(String prefix, JsonNode node) {
        this.prefix = prefix;
        this.node = node;
        if (!node.isObject()) {
            throw wrong("", "must be a JSON object", node);
        }
    }

    String text(String name) {
        return required(name, optionalText(name));
    }

    @Nullable
    String optionalText(String name) {
        JsonNode value = find(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw wrong(name, "must be a string", value);
        }
        return value.stringValue();
    }

    <T> T parse(String name, Function<String, T> parser) {
        return required(name, parseOptional(name, parser));
    }

    <T> @Nullable T parseOptional(String name, Function<String, T> parser) {
        String text = optionalText(name);
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (DateTimeException | IllegalArgumentException rejected) {
            throw new EventFormatException(
                    "field '" + prefix + name + "': " + Identifiers.printable(String.valueOf(rejected.getMessage())),
                    rejected);
        }
    }

    long integer(String name, long max) {
        JsonNode value = required(name, find(name));
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() > max) {
            throw wrong(name, "must be an integer of at most " + max, value);
        }
        return value.longValue();
    }

    /** A number below the range of an int is left to whoever takes the number, since none of them takes a negative. */
    int integer(String name) {
        return (int) Math.max(Integer.MIN_VALUE, integer(name, Integer.MAX_VALUE));
    }

    boolean isTrue(String name) {
        JsonNode value = find(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "must be true or false", value);
        }
        return value != null && value.booleanValue();
    }

    JsonFields object(String name) {
        return new JsonFields(prefix + name + ".", required(name, find(name)));
    }

    @Nullable
    JsonFields optionalObject(String name) {
        return find(name) == null ? null : object(name);
    }

    private @Nullable JsonNode find(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new EventFormatException("event lacks the field '" + prefix + name + "'", null);
        }
        return value;
    }

    private EventFormatException wrong(String name, String rule, JsonNode value) {
        String field = name.isEmpty() && !prefix.isEmpty() ? prefix.substring(0, prefix.length() - 1) : prefix + name;
        String subject = field.isEmpty() ? "event" : "field '" + field + "'";
        return new EventFormatException(
                subject + " " + rule + ", was " + Identifiers.printable(value.toString()), null);
    }
}
