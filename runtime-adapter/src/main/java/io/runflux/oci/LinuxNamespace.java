// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of a container.
 *
 * @param type {@code pid}, {@code network}, {@code mount}, {@code ipc}, {@code uts}, {@code user}, {@code cgroup} or
 *     {@code time}
 * @param path the namespace to join, or null for a new one
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record LinuxNamespace(
        String type,
        @Nullable String path,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param type {@code pid}, {@code network}, {@code mount}, {@code ipc}, {@code uts}, {@code user}, {@code cgroup}
     *     or {@code time}
     * @param path the namespace to join, or null for a new one
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if there is no type
     */
    public LinuxNamespace {
        Values.required("linux.namespaces.type", type);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a new namespace.
     *
     * @param type such as {@code pid}
     * @return the namespace
     */
    public static LinuxNamespace of(String type) {
        return new LinuxNamespace(type, null, Map.of());
    }
}
