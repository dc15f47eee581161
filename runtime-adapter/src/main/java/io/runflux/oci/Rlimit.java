// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        checkUnsigned("rlimit.hard", hard);
        checkUnsigned("rlimit.soft", soft);
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

    private static void checkUnsigned(String name, @Nullable BigInteger value) {
        BigInteger number = Values.required(name, value);
        if (number.signum() < 0 || number.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException(name + " must be from 0 to 2^64-1, was " + number);
        }
    }
}
