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
 * What a container uses, at one moment, as the runtimes with an {@code events} command tell it.
 *
 * <p>Every number is an unsigned one of 64 bits, and some really are that large: no limit is 18446744073709551615 or
 * 9223372036854771712. A {@code long} would turn the first into -1 and every comparison with it into a mistake, so all
 * are {@link BigInteger}s. A number that is left out is 0, as runtimes leave zeroes out. A section that is left out is
 * null, or empty where it is a list or a map.
 *
 * <p>What only runc has ({@code cpuset}, {@code intel_rdt}, {@code psi}) is among the unknown fields, of this record or
 * of a section.
 *
 * @param cpu processors, or null where the runtime does not tell
 * @param memory memory, or null where the runtime does not tell
 * @param pids tasks, or null where the runtime does not tell
 * @param blkio block devices, or null where the runtime does not tell
 * @param hugetlb huge pages, by their size such as {@code 2MB}
 * @param networkInterfaces network interfaces
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record ContainerStats(
        @Nullable CpuStats cpu,
        @Nullable MemoryStats memory,
        @Nullable PidsStats pids,
        @Nullable BlkioStats blkio,
        Map<String, HugetlbStats> hugetlb,
        @JsonProperty("network_interfaces") List<NetworkInterfaceStats> networkInterfaces,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param cpu processors, or null where the runtime does not tell
     * @param memory memory, or null where the runtime does not tell
     * @param pids tasks, or null where the runtime does not tell
     * @param blkio block devices, or null where the runtime does not tell
     * @param hugetlb huge pages, by their size such as {@code 2MB}
     * @param networkInterfaces network interfaces
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a list or a map holds null
     */
    public ContainerStats {
        hugetlb = Values.map("hugetlb", hugetlb);
        networkInterfaces = Values.list("network_interfaces", networkInterfaces);
        unknown = Values.unknown(unknown);
    }
}
