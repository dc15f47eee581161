// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object of JSON whose fields are looked at one by one, so that those of others stay as they are. Messages name a
 * field, and do not quote it.
 *
 * @param what what the object is, for messages
 */
record JsonTree(String what, Map<String, Object> values) {
    /** Reads an object; what is none is an {@link IllegalArgumentException}. */
    static JsonTree read(String what, String json) {
        try {
            return new JsonTree(what, object(what, OciJson.read(json, Map.class)));
        } catch (OciJsonException e) {
            throw new IllegalArgumentException(what + " is no JSON object: " + e.getMessage(), e);
        }
    }

    /** Reads a list of objects. */
    static List<JsonTree> readList(String what, String json) {
        try {
            return OciJson.readList(json, Map.class).stream()
                    .map(values -> new JsonTree(what, object(what, values)))
                    .toList();
        } catch (OciJsonException e) {
            throw new IllegalArgumentException(what + " is no JSON list of objects: " + e.getMessage(), e);
        }
    }

    String text(String name) {
        String text = textOrNull(name);
        if (text == null) {
            throw new IllegalArgumentException(what + ": " + name + " is required");
        }
        return text;
    }

    @Nullable
    String textOrNull(String name) {
        return value(name, String.class, "a text");
    }

    int number(String name, int fallback) {
        return Objects.requireNonNullElse(value(name, Integer.class, "a whole number"), fallback);
    }

    @Nullable
    Integer numberOrNull(String name) {
        return value(name, Integer.class, "a whole number");
    }

    @Nullable
    Long longOrNull(String name) {
        Number number = value(name, Number.class, "a whole number");
        return number == null ? null : number.longValue();
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(value(name, Boolean.class, "true or false"));
    }

    List<String> texts(String name) {
        return list(name).stream()
                .map(entry -> cast(name, entry, String.class, "texts"))
                .toList();
    }

    List<JsonTree> objects(String name) {
        return list(name).stream()
                .map(entry -> new JsonTree(what + ": " + name, object(what + ": " + name, entry)))
                .toList();
    }

    /** Returns an object, an empty one if there is none. */
    JsonTree object(String name) {
        Object value = values.get(name);
        return new JsonTree(what + ": " + name, value == null ? Map.of() : object(what + ": " + name, value));
    }

    private List<?> list(String name) {
        List<?> list = value(name, List.class, "a list");
        return list == null ? List.of() : list;
    }

    private <T> @Nullable T value(String name, Class<T> type, String kind) {
        Object value = values.get(name);
        return value == null ? null : cast(name, value, type, kind);
    }

    private <T> T cast(String name, Object value, Class<T> type, String kind) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(what + ": " + name + " must be " + kind);
        }
        return type.cast(value);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String what, Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalArgumentException(what + " must be an object");
    }
}
