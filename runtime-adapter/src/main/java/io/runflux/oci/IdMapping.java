// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * A range of ids of a user namespace.
 *
 * @param containerID the first id in the container
 * @param hostID the first id on the host
 * @param size how many
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record IdMapping(
        @JsonInclude(JsonInclude.Include.ALWAYS) long containerID,
        @JsonInclude(JsonInclude.Include.ALWAYS) long hostID,
        @JsonInclude(JsonInclude.Include.ALWAYS) long size,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param containerID the first id in the container
     * @param hostID the first id on the host
     * @param size how many
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if one is not an unsigned 32-bit number
     */
    public IdMapping {
        Values.unsignedInt("containerID", containerID);
        Values.unsignedInt("hostID", hostID);
        Values.unsignedInt("size", size);
        unknown = Values.unknown(unknown);
    }
}
