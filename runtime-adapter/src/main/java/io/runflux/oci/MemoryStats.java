// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The use of memory in a {@link ContainerStats}.
 *
 * @param cache the page cache, in bytes
 * @param usage memory, or null where the runtime does not tell
 * @param swap memory and swap together, or null where the runtime does not tell
 * @param kernel memory of the kernel, or null where the runtime does not tell
 * @param kernelTCP TCP buffers of the kernel, or null where the runtime does not tell
 * @param raw what the kernel counts, by its own names
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record MemoryStats(
        BigInteger cache,
        @Nullable Usage usage,
        @Nullable Usage swap,
        @Nullable Usage kernel,
        @Nullable Usage kernelTCP,
        Map<String, BigInteger> raw,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param cache the page cache, in bytes
     * @param usage memory, or null where the runtime does not tell
     * @param swap memory and swap together, or null where the runtime does not tell
     * @param kernel memory of the kernel, or null where the runtime does not tell
     * @param kernelTCP TCP buffers of the kernel, or null where the runtime does not tell
     * @param raw what the kernel counts, by its own names
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a number is not from 0 to 2<sup>64</sup>-1
     */
    public MemoryStats {
        cache = Values.count("memory.cache", cache);
        raw = Values.counts("memory.raw", raw);
        unknown = Values.unknown(unknown);
    }

    /**
     * The use of one kind of memory, in bytes.
     *
     * @param limit the most that is allowed; near 2<sup>63</sup> or 2<sup>64</sup> where there is no limit
     * @param usage what is used
     * @param max the most that was ever used
     * @param failcnt how often the limit was met
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Usage(
            BigInteger limit,
            BigInteger usage,
            BigInteger max,
            BigInteger failcnt,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param limit the most that is allowed; near 2<sup>63</sup> or 2<sup>64</sup> where there is no limit
         * @param usage what is used
         * @param max the most that was ever used
         * @param failcnt how often the limit was met
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         * @throws IllegalArgumentException if a number is not from 0 to 2<sup>64</sup>-1
         */
        public Usage {
            limit = Values.count("memory.limit", limit);
            usage = Values.count("memory.usage", usage);
            max = Values.count("memory.max", max);
            failcnt = Values.count("memory.failcnt", failcnt);
            unknown = Values.unknown(unknown);
        }
    }
}
