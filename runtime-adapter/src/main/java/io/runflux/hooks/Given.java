// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what a hook file gives. Absent collections become empty ones. */
final class Given {
    private Given() {}

    static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is required");
        }
        return value;
    }

    static List<String> texts(String name, @Nullable List<@Nullable String> values) {
        List<String> texts = new ArrayList<>();
        if (values != null) {
            values.forEach(value -> texts.add(required("every entry of " + name, value)));
        }
        return texts;
    }

    static Map<String, String> texts(String name, @Nullable Map<String, @Nullable String> values) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (values != null) {
            values.forEach((key, value) -> texts.put(key, required(name + " '" + key + "'", value)));
        }
        return texts;
    }
}
