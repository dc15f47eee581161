// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the number of tasks, of {@link LinuxResources}.
 *
 * @param limit the most tasks, processes and their threads; -1 for no limit, or null for no change
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record LinuxPids(
        @Nullable Long limit, @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param limit the most tasks, processes and their threads; -1 for no limit, or null for no change
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public LinuxPids {
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a limit that changes nothing.
     *
     * @return the limit
     */
    public static LinuxPids none() {
        return new LinuxPids(null, Map.of());
    }

    /**
     * Returns a copy with another limit.
     *
     * @param value the most tasks, processes and their threads; -1 for no limit, or null for no change
     * @return the copy
     */
    public LinuxPids withLimit(@Nullable Long value) {
        return new LinuxPids(value, unknown);
    }
}
