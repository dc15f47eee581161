// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The use of processors in a {@link ContainerStats}.
 *
 * @param usage how long processors were used, or null where the runtime does not tell
 * @param throttling how often the quota held the processes back, or null where the runtime does not tell
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record CpuStats(
        @Nullable Usage usage,
        @Nullable Throttling throttling,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param usage how long processors were used, or null where the runtime does not tell
     * @param throttling how often the quota held the processes back, or null where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public CpuStats {
        unknown = Values.unknown(unknown);
    }

    /**
     * How long processors were used, in nanoseconds.
     *
     * @param total all together
     * @param kernel within the kernel
     * @param user outside the kernel
     * @param percpu all together, one number a processor; empty where the runtime does not tell
     * @param percpuKernel within the kernel, one number a processor; empty where the runtime does not tell
     * @param percpuUser outside the kernel, one number a processor; empty where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Usage(
            BigInteger total,
            BigInteger kernel,
            BigInteger user,
            List<BigInteger> percpu,
            @JsonProperty("percpu_kernel") List<BigInteger> percpuKernel,
            @JsonProperty("percpu_user") List<BigInteger> percpuUser,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param total all together
         * @param kernel within the kernel
         * @param user outside the kernel
         * @param percpu all together, one number a processor; empty where the runtime does not tell
         * @param percpuKernel within the kernel, one number a processor; empty where the runtime does not tell
         * @param percpuUser outside the kernel, one number a processor; empty where the runtime does not tell
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         * @throws IllegalArgumentException if a number is not from 0 to 2<sup>64</sup>-1
         */
        public Usage {
            total = Values.count("cpu.usage.total", total);
            kernel = Values.count("cpu.usage.kernel", kernel);
            user = Values.count("cpu.usage.user", user);
            percpu = Values.counts("cpu.usage.percpu", percpu);
            percpuKernel = Values.counts("cpu.usage.percpu_kernel", percpuKernel);
            percpuUser = Values.counts("cpu.usage.percpu_user", percpuUser);
            unknown = Values.unknown(unknown);
        }
    }

    /**
     * How often the quota held the processes back.
     *
     * @param periods the periods that have passed
     * @param throttledPeriods those of them in which the quota was used up
     * @param throttledTime how long processes were held back, in nanoseconds
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Throttling(
            BigInteger periods,
            BigInteger throttledPeriods,
            BigInteger throttledTime,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param periods the periods that have passed
         * @param throttledPeriods those of them in which the quota was used up
         * @param throttledTime how long processes were held back, in nanoseconds
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         * @throws IllegalArgumentException if a number is not from 0 to 2<sup>64</sup>-1
         */
        public Throttling {
            periods = Values.count("cpu.throttling.periods", periods);
            throttledPeriods = Values.count("cpu.throttling.throttledPeriods", throttledPeriods);
            throttledTime = Values.count("cpu.throttling.throttledTime", throttledTime);
            unknown = Values.unknown(unknown);
        }
    }
}
