// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value of the {@code events} stream of a runtime. Read a stream of them with {@link OciJson#stream}.
 *
 * @param type what happened, in the word of the runtime, such as {@code stats} or {@code oom}
 * @param id the container
 * @param stats what the container uses; not null in an event of type {@code stats}, and null in most others
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
@JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record ContainerEvent(
        String type,
        String id,
        @JsonProperty("data") @Nullable ContainerStats stats,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    private static final String STATS = "stats";
    private static final String OOM = "oom";

    /**
     * Checks and copies the values.
     *
     * @param type what happened, in the word of the runtime, such as {@code stats} or {@code oom}
     * @param id the container
     * @param stats what the container uses; not null in an event of type {@code stats}, and null in most others
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if the type or the id is missing, or the data of an event of type {@code stats}
     */
    public ContainerEvent {
        Values.required("type", type);
        Values.required("id", id);
        if (STATS.equals(type)) {
            Values.required("data", stats);
        }
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns an event with what a container uses.
     *
     * @param id the container
     * @param stats what it uses
     * @return the event
     */
    public static ContainerEvent stats(String id, ContainerStats stats) {
        return new ContainerEvent(STATS, id, stats, Map.of());
    }

    /**
     * Returns the event that a process of a container was killed for want of memory.
     *
     * @param id the container
     * @return the event
     */
    public static ContainerEvent oom(String id) {
        return new ContainerEvent(OOM, id, null, Map.of());
    }

    /**
     * Says whether this is a sample of what the container uses.
     *
     * @return whether the type is {@code stats}
     */
    public boolean isStats() {
        return type.equals(STATS);
    }

    /**
     * Says whether the container ran out of memory.
     *
     * @return whether the type is {@code oom}
     */
    public boolean isOom() {
        return type.equals(OOM);
    }
}
