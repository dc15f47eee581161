// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of an object of JSON, all of which have to be there. Messages name a field, and do not quote it. */
record JsonFields(Map<?, ?> values) {
    static JsonFields read(String json) {
        try {
            return new JsonFields(OciJson.read(json, Map.class));
        } catch (OciJsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    String text(String name) {
        return value(name, values.get(name), String.class, "a text");
    }

    int number(String name) {
        return value(name, values.get(name), Integer.class, "a whole number");
    }

    List<JsonFields> objects(String name) {
        List<?> list = value(name, values.get(name), List.class, "a list");
        return list.stream()
                .map(entry -> new JsonFields(value(name, entry, Map.class, "a list of objects")))
                .toList();
    }

    /** Returns the fields of an object, none if there is no such object. */
    Map<String, Object> objectOrEmpty(String name) {
        Object given = values.get(name);
        Map<?, ?> object = given == null ? Map.of() : value(name, given, Map.class, "an object");
        Map<String, Object> fields = new LinkedHashMap<>();
        object.forEach((key, field) -> fields.put(String.valueOf(key), field));
        return fields;
    }

    private static <T> T value(String name, @Nullable Object value, Class<T> type, String kind) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(name + " must be " + kind);
        }
        return type.cast(value);
    }
}
