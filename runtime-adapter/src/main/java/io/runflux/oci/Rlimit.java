// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.math.BigInteger;
import java.util.Map;

/**
 * A resource limit (getrlimit(2)).
 *
 * @param type such as {@code RLIMIT_NOFILE}
 * @param hard 0 to 2<sup>64</sup>-1, which stands for no limit
 * @param soft 0 to 2<sup>64</sup>-1, which stands for no limit
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Rlimit(
        String type,
        BigInteger hard,
        BigInteger soft,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param type such as {@code RLIMIT_NOFILE}
     * @param hard 0 to 2<sup>64</sup>-1, which stands for no limit
     * @param soft 0 to 2<sup>64</sup>-1, which stands for no limit
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a value is missing or out of its range
     */
    public Rlimit {
        Values.required("rlimit.type", type);
        Values.unsigned("rlimit.hard", hard);
        Values.unsigned("rlimit.soft", soft);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a limit.
     *
     * @param type such as {@code RLIMIT_NOFILE}
     * @param hard 0 or more
     * @param soft 0 or more
     * @return the limit
     */
    public static Rlimit of(String type, long hard, long soft) {
        return new Rlimit(type, BigInteger.valueOf(hard), BigInteger.valueOf(soft), Map.of());
    }
}
