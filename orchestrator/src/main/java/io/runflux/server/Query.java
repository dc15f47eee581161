// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query; of one that is repeated the last. */
record Query(Map<String, String> values) {
    /** Fails if there are others. */
    static Query parse(String raw, List<Parameter> known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String field : raw.split("&")) {
            if (!field.isEmpty()) {
                int equals = field.indexOf('=');
                String name = decode(equals < 0 ? field : field.substring(0, equals));
                Parameter parameter = find(name, known);
                String before = values.put(name, equals < 0 ? "" : decode(field.substring(equals + 1)));
                if (before != null && !parameter.isRepeated()) {
                    throw new IllegalArgumentException(name + " must be given once");
                }
            }
        }
        return new Query(values);
    }

    private static Parameter find(String name, List<Parameter> known) {
        String names = String.join(", ", known.stream().map(Parameter::name).toList());
        return known.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the query may have " + (names.isEmpty() ? "nothing" : names) + ", has something else"));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("the query is not percent-encoded", malformed);
        }
    }

    @Nullable
    String text(String name) {
        return values.get(name);
    }

    boolean isTrue(String name) {
        String value = values.get(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (!value.isEmpty() && !value.equals("true")) {
            throw new IllegalArgumentException(name + " must be true or false");
        }
        return true;
    }

    /** A parameter that a query may have. The schema is that of OpenAPI. */
    record Parameter(String name, String type, String description, boolean isRepeated) {
        Parameter(String name, String type, String description) {
            this(name, type, description, false);
        }
    }
}
