// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * The first size of a terminal, in characters.
 *
 * @param height rows
 * @param width columns
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record ConsoleSize(
        @JsonInclude(JsonInclude.Include.ALWAYS) long height,
        @JsonInclude(JsonInclude.Include.ALWAYS) long width,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param height rows
     * @param width columns
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if one is not an unsigned 32-bit number
     */
    public ConsoleSize {
        Values.unsignedInt("consoleSize.height", height);
        Values.unsignedInt("consoleSize.width", width);
        unknown = Values.unknown(unknown);
    }
}
