// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits on processors, of {@link LinuxResources}.
 *
 * @param shares the weight against other groups, 2 to 262144, or null for no change
 * @param quota how long processors may be used in a period, in microseconds; -1 for no limit, or null for no change
 * @param burst how much of an unused quota is kept for later, in microseconds, or null for no change
 * @param period the period of the quota, in microseconds, or null for no change
 * @param realtimeRuntime how long real-time processes may run in their period, in microseconds; -1 for no limit, or
 *     null for no change
 * @param realtimePeriod the period of real-time processes, in microseconds, or null for no change
 * @param cpus the processors to run on, such as {@code 0-2,7}, or null for no change
 * @param mems the memory nodes to use, such as {@code 0-1}, or null for no change
 * @param idle 1 to run only when nothing else does, 0 as usual, or null for no change
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record LinuxCpu(
        @Nullable Long shares,
        @Nullable Long quota,
        @Nullable Long burst,
        @Nullable Long period,
        @Nullable Long realtimeRuntime,
        @Nullable Long realtimePeriod,
        @Nullable String cpus,
        @Nullable String mems,
        @Nullable Long idle,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param shares the weight against other groups, 2 to 262144, or null for no change
     * @param quota how long processors may be used in a period, in microseconds; -1 for no limit, or null for no change
     * @param burst how much of an unused quota is kept for later, in microseconds, or null for no change
     * @param period the period of the quota, in microseconds, or null for no change
     * @param realtimeRuntime how long real-time processes may run in their period, in microseconds; -1 for no limit, or
     *     null for no change
     * @param realtimePeriod the period of real-time processes, in microseconds, or null for no change
     * @param cpus the processors to run on, such as {@code 0-2,7}, or null for no change
     * @param mems the memory nodes to use, such as {@code 0-1}, or null for no change
     * @param idle 1 to run only when nothing else does, 0 as usual, or null for no change
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if shares, burst or a period is negative
     */
    public LinuxCpu {
        Values.notNegative("cpu.shares", shares);
        Values.notNegative("cpu.burst", burst);
        Values.notNegative("cpu.period", period);
        Values.notNegative("cpu.realtimePeriod", realtimePeriod);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns limits that change nothing.
     *
     * @return the limits
     */
    public static LinuxCpu none() {
        return new LinuxCpu(null, null, null, null, null, null, null, null, null, Map.of());
    }

    /**
     * Returns a copy with another weight.
     *
     * @param value the weight against other groups, 2 to 262144, or null for no change
     * @return the copy
     * @throws IllegalArgumentException if the value is negative
     */
    public LinuxCpu withShares(@Nullable Long value) {
        return new LinuxCpu(value, quota, burst, period, realtimeRuntime, realtimePeriod, cpus, mems, idle, unknown);
    }

    /**
     * Returns a copy with another quota.
     *
     * @param value how long processors may be used in a period, in microseconds; -1 for no limit, or null for no change
     * @return the copy
     */
    public LinuxCpu withQuota(@Nullable Long value) {
        return new LinuxCpu(shares, value, burst, period, realtimeRuntime, realtimePeriod, cpus, mems, idle, unknown);
    }

    /**
     * Returns a copy with another period.
     *
     * @param value the period of the quota, in microseconds, or null for no change
     * @return the copy
     * @throws IllegalArgumentException if the value is negative
     */
    public LinuxCpu withPeriod(@Nullable Long value) {
        return new LinuxCpu(shares, quota, burst, value, realtimeRuntime, realtimePeriod, cpus, mems, idle, unknown);
    }

    /**
     * Returns a copy with another set of processors.
     *
     * @param value the processors to run on, such as {@code 0-2,7}, or null for no change
     * @return the copy
     */
    public LinuxCpu withCpus(@Nullable String value) {
        return new LinuxCpu(shares, quota, burst, period, realtimeRuntime, realtimePeriod, value, mems, idle, unknown);
    }

    /**
     * Returns a copy with another set of memory nodes.
     *
     * @param value the memory nodes to use, such as {@code 0-1}, or null for no change
     * @return the copy
     */
    public LinuxCpu withMems(@Nullable String value) {
        return new LinuxCpu(shares, quota, burst, period, realtimeRuntime, realtimePeriod, cpus, value, idle, unknown);
    }
}
