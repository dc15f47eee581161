// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a control group: what {@code update} takes. What is not set stays as it is.
 *
 * <p>The specification's {@code blockIO}, {@code devices}, {@code hugepageLimits}, {@code network} and {@code rdma} are
 * not modelled: they are kept among the unknown fields, and can be set there.
 *
 * @param memory memory, or null for no change
 * @param cpu processors, or null for no change
 * @param pids tasks, or null for no change
 * @param unified files of a control group of version 2 and what to write into them
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record LinuxResources(
        @Nullable LinuxMemory memory,
        @Nullable LinuxCpu cpu,
        @Nullable LinuxPids pids,
        Map<String, String> unified,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param memory memory, or null for no change
     * @param cpu processors, or null for no change
     * @param pids tasks, or null for no change
     * @param unified files of a control group of version 2 and what to write into them
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a file has no text
     */
    public LinuxResources {
        unified = Values.texts("resources.unified", unified);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns limits that change nothing.
     *
     * @return the limits
     */
    public static LinuxResources none() {
        return new LinuxResources(null, null, null, Map.of(), Map.of());
    }

    /**
     * Returns a copy with another set of limits on memory.
     *
     * @param value memory, or null for no change
     * @return the copy
     */
    public LinuxResources withMemory(@Nullable LinuxMemory value) {
        return new LinuxResources(value, cpu, pids, unified, unknown);
    }

    /**
     * Returns a copy with another set of limits on processors.
     *
     * @param value processors, or null for no change
     * @return the copy
     */
    public LinuxResources withCpu(@Nullable LinuxCpu value) {
        return new LinuxResources(memory, value, pids, unified, unknown);
    }

    /**
     * Returns a copy with another limit on tasks.
     *
     * @param value tasks, or null for no change
     * @return the copy
     */
    public LinuxResources withPids(@Nullable LinuxPids value) {
        return new LinuxResources(memory, cpu, value, unified, unknown);
    }

    /**
     * Returns a copy with another set of files.
     *
     * @param value files of a control group of version 2 and what to write into them
     * @return the copy
     */
    public LinuxResources withUnified(Map<String, String> value) {
        return new LinuxResources(memory, cpu, pids, value, unknown);
    }

    /**
     * Returns a copy with another limit on memory, and all else as it is.
     *
     * @param value bytes; -1 for no limit
     * @return the copy
     */
    public LinuxResources withMemoryLimit(long value) {
        return withMemory((memory == null ? LinuxMemory.none() : memory).withLimit(value));
    }

    /**
     * Returns a copy with another weight against other groups, and all else as it is.
     *
     * @param value 2 to 262144
     * @return the copy
     * @throws IllegalArgumentException if the value is negative
     */
    public LinuxResources withCpuShares(long value) {
        return withCpu((cpu == null ? LinuxCpu.none() : cpu).withShares(value));
    }

    /**
     * Returns a copy with another quota of processor time, and all else as it is.
     *
     * @param value microseconds of a period; -1 for no limit
     * @return the copy
     */
    public LinuxResources withCpuQuota(long value) {
        return withCpu((cpu == null ? LinuxCpu.none() : cpu).withQuota(value));
    }

    /**
     * Returns a copy with another period of the quota, and all else as it is.
     *
     * @param value microseconds
     * @return the copy
     * @throws IllegalArgumentException if the value is negative
     */
    public LinuxResources withCpuPeriod(long value) {
        return withCpu((cpu == null ? LinuxCpu.none() : cpu).withPeriod(value));
    }

    /**
     * Returns a copy with another set of processors, and all else as it is.
     *
     * @param value such as {@code 0-2,7}
     * @return the copy
     */
    public LinuxResources withCpus(String value) {
        return withCpu((cpu == null ? LinuxCpu.none() : cpu).withCpus(value));
    }

    /**
     * Returns a copy with another limit on tasks, and all else as it is.
     *
     * @param value processes and threads; -1 for no limit
     * @return the copy
     */
    public LinuxResources withPidsLimit(long value) {
        return withPids((pids == null ? LinuxPids.none() : pids).withLimit(value));
    }

    /**
     * Returns a copy with one more unknown field.
     *
     * @param name such as {@code blockIO}
     * @param value a map, list, text, number or boolean
     * @return the copy
     */
    public LinuxResources withUnknown(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(unknown);
        more.put(name, value);
        return new LinuxResources(memory, cpu, pids, unified, more);
    }
}
