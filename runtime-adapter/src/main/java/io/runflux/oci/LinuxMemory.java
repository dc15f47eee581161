// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits on memory, of {@link LinuxResources}.
 *
 * @param limit the most memory, in bytes; -1 for no limit, or null for no change
 * @param reservation the memory that is left when others want it, in bytes; -1 for no limit, or null for no change
 * @param swap the most memory and swap together, in bytes; -1 for no limit, or null for no change
 * @param kernel the most memory of the kernel, in bytes; -1 for no limit, or null for no change
 * @param kernelTCP the most memory of TCP buffers, in bytes; -1 for no limit, or null for no change
 * @param swappiness how eagerly the kernel swaps, 0 to 100, or null for no change
 * @param disableOOMKiller whether processes wait for memory instead of being killed, or null for no change
 * @param useHierarchy whether the groups below are counted, or null for no change
 * @param checkBeforeUpdate whether a limit is refused that is below what is used, or null for no change
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record LinuxMemory(
        @Nullable Long limit,
        @Nullable Long reservation,
        @Nullable Long swap,
        @Nullable Long kernel,
        @Nullable Long kernelTCP,
        @Nullable Long swappiness,
        @Nullable Boolean disableOOMKiller,
        @Nullable Boolean useHierarchy,
        @Nullable Boolean checkBeforeUpdate,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param limit the most memory, in bytes; -1 for no limit, or null for no change
     * @param reservation the memory that is left when others want it, in bytes; -1 for no limit, or null for no change
     * @param swap the most memory and swap together, in bytes; -1 for no limit, or null for no change
     * @param kernel the most memory of the kernel, in bytes; -1 for no limit, or null for no change
     * @param kernelTCP the most memory of TCP buffers, in bytes; -1 for no limit, or null for no change
     * @param swappiness how eagerly the kernel swaps, 0 to 100, or null for no change
     * @param disableOOMKiller whether processes wait for memory instead of being killed, or null for no change
     * @param useHierarchy whether the groups below are counted, or null for no change
     * @param checkBeforeUpdate whether a limit is refused that is below what is used, or null for no change
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if the swappiness is negative
     */
    public LinuxMemory {
        Values.notNegative("memory.swappiness", swappiness);
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns limits that change nothing.
     *
     * @return the limits
     */
    public static LinuxMemory none() {
        return new LinuxMemory(null, null, null, null, null, null, null, null, null, Map.of());
    }

    /**
     * Returns a copy with another limit.
     *
     * @param value the most memory, in bytes; -1 for no limit, or null for no change
     * @return the copy
     */
    public LinuxMemory withLimit(@Nullable Long value) {
        return new LinuxMemory(
                value,
                reservation,
                swap,
                kernel,
                kernelTCP,
                swappiness,
                disableOOMKiller,
                useHierarchy,
                checkBeforeUpdate,
                unknown);
    }

    /**
     * Returns a copy with another reservation.
     *
     * @param value the memory that is left when others want it, in bytes; -1 for no limit, or null for no change
     * @return the copy
     */
    public LinuxMemory withReservation(@Nullable Long value) {
        return new LinuxMemory(
                limit,
                value,
                swap,
                kernel,
                kernelTCP,
                swappiness,
                disableOOMKiller,
                useHierarchy,
                checkBeforeUpdate,
                unknown);
    }

    /**
     * Returns a copy with another limit on memory and swap.
     *
     * @param value the most memory and swap together, in bytes; -1 for no limit, or null for no change
     * @return the copy
     */
    public LinuxMemory withSwap(@Nullable Long value) {
        return new LinuxMemory(
                limit,
                reservation,
                value,
                kernel,
                kernelTCP,
                swappiness,
                disableOOMKiller,
                useHierarchy,
                checkBeforeUpdate,
                unknown);
    }
}
