// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the compact constructors of the records share: absent collections become empty ones, and all are frozen. */
final class Values {
    private static final long MAX_UNSIGNED_INT = 0xFFFF_FFFFL;

    private Values() {}

    static <T> List<T> list(String name, @Nullable List<T> values) {
        if (values == null) {
            return List.of();
        }
        if (values.stream().anyMatch(value -> value == null)) {
            throw new IllegalArgumentException(name + " must not hold null");
        }
        return List.copyOf(values);
    }

    /** Keeps an absent list apart from an empty one. */
    static <T> @Nullable List<T> listOrNull(String name, @Nullable List<T> values) {
        return values == null ? null : list(name, values);
    }

    static Map<String, String> texts(String name, @Nullable Map<String, String> values) {
        return map(name, values);
    }

    static <T> Map<String, T> map(String name, @Nullable Map<String, T> values) {
        if (values == null) {
            return Map.of();
        }
        values.forEach((key, value) -> required(name + "." + key, value));
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Freezes a tree of JSON values, in which null is a value. */
    static Map<String, Object> unknown(@Nullable Map<String, Object> values) {
        if (values == null) {
            return Map.of();
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        values.forEach((key, value) -> copy.put(key, frozen(value)));
        return Collections.unmodifiableMap(copy);
    }

    @SuppressWarnings("unchecked")
    private static Object frozen(Object value) {
        if (value instanceof Map<?, ?> map) {
            return unknown((Map<String, Object>) map);
        }
        if (value instanceof Collection<?> elements) {
            List<Object> copy = new ArrayList<>();
            elements.forEach(element -> copy.add(frozen(element)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }

    static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is required");
        }
        return value;
    }

    static void unsignedInt(String name, long value) {
        if (value < 0 || value > MAX_UNSIGNED_INT) {
            throw new IllegalArgumentException(name + " must be from 0 to " + MAX_UNSIGNED_INT + ", was " + value);
        }
    }

    static void notNegative(String name, @Nullable Long value) {
        if (value != null && value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, was " + value);
        }
    }

    static BigInteger unsigned(String name, @Nullable BigInteger value) {
        BigInteger number = required(name, value);
        if (number.signum() < 0 || number.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException(name + " must be from 0 to 2^64-1, was " + number);
        }
        return number;
    }

    /** Takes an absent number as 0. */
    static BigInteger count(String name, @Nullable BigInteger value) {
        return value == null ? BigInteger.ZERO : unsigned(name, value);
    }

    static List<BigInteger> counts(String name, @Nullable List<BigInteger> values) {
        List<BigInteger> copy = list(name, values);
        copy.forEach(value -> unsigned(name, value));
        return copy;
    }

    static Map<String, BigInteger> counts(String name, @Nullable Map<String, BigInteger> values) {
        Map<String, BigInteger> copy = map(name, values);
        copy.forEach((key, value) -> unsigned(name + "." + key, value));
        return copy;
    }
}
