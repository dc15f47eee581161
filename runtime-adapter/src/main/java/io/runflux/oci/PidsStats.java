// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.math.BigInteger;
import java.util.Map;

/**
 * The number of tasks in a {@link ContainerStats}.
 *
 * @param current the tasks there are: processes and their threads
 * @param limit the most that is allowed; 0, or 2<sup>64</sup>-1, for no limit
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record PidsStats(
        BigInteger current,
        BigInteger limit,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param current the tasks there are: processes and their threads
     * @param limit the most that is allowed; 0, or 2<sup>64</sup>-1, for no limit
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a number is not from 0 to 2<sup>64</sup>-1
     */
    public PidsStats {
        current = Values.count("pids.current", current);
        limit = Values.count("pids.limit", limit);
        unknown = Values.unknown(unknown);
    }
}
