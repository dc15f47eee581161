// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.math.BigInteger;
import java.util.Map;

/**
 * The use of huge pages of one size in a {@link ContainerStats}, in bytes.
 *
 * @param usage what is used
 * @param max the most that was ever used
 * @param failcnt how often the limit was met
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record HugetlbStats(
        BigInteger usage,
        BigInteger max,
        BigInteger failcnt,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param usage what is used
     * @param max the most that was ever used
     * @param failcnt how often the limit was met
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a number is not from 0 to 2<sup>64</sup>-1
     */
    public HugetlbStats {
        usage = Values.count("hugetlb.usage", usage);
        max = Values.count("hugetlb.max", max);
        failcnt = Values.count("hugetlb.failcnt", failcnt);
        unknown = Values.unknown(unknown);
    }
}
