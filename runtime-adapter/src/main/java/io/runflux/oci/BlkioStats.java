// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * The use of block devices in a {@link ContainerStats}. The control group and those below it are counted.
 *
 * @param ioServiceBytesRecursive bytes moved
 * @param ioServicedRecursive operations done
 * @param ioQueueRecursive operations that wait
 * @param ioServiceTimeRecursive nanoseconds between dispatch and completion
 * @param ioWaitTimeRecursive nanoseconds spent waiting
 * @param ioMergedRecursive requests that became part of another
 * @param ioTimeRecursive milliseconds of the device
 * @param sectorsRecursive sectors moved
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record BlkioStats(
        List<Entry> ioServiceBytesRecursive,
        List<Entry> ioServicedRecursive,
        List<Entry> ioQueueRecursive,
        List<Entry> ioServiceTimeRecursive,
        List<Entry> ioWaitTimeRecursive,
        List<Entry> ioMergedRecursive,
        List<Entry> ioTimeRecursive,
        List<Entry> sectorsRecursive,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param ioServiceBytesRecursive bytes moved
     * @param ioServicedRecursive operations done
     * @param ioQueueRecursive operations that wait
     * @param ioServiceTimeRecursive nanoseconds between dispatch and completion
     * @param ioWaitTimeRecursive nanoseconds spent waiting
     * @param ioMergedRecursive requests that became part of another
     * @param ioTimeRecursive milliseconds of the device
     * @param sectorsRecursive sectors moved
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a list holds null
     */
    public BlkioStats {
        ioServiceBytesRecursive = Values.list("blkio.ioServiceBytesRecursive", ioServiceBytesRecursive);
        ioServicedRecursive = Values.list("blkio.ioServicedRecursive", ioServicedRecursive);
        ioQueueRecursive = Values.list("blkio.ioQueueRecursive", ioQueueRecursive);
        ioServiceTimeRecursive = Values.list("blkio.ioServiceTimeRecursive", ioServiceTimeRecursive);
        ioWaitTimeRecursive = Values.list("blkio.ioWaitTimeRecursive", ioWaitTimeRecursive);
        ioMergedRecursive = Values.list("blkio.ioMergedRecursive", ioMergedRecursive);
        ioTimeRecursive = Values.list("blkio.ioTimeRecursive", ioTimeRecursive);
        sectorsRecursive = Values.list("blkio.sectorsRecursive", sectorsRecursive);
        unknown = Values.unknown(unknown);
    }

    /**
     * One count of a device.
     *
     * @param major the major number of the device
     * @param minor the minor number of the device
     * @param op such as {@code Read}; empty where the count is not of one operation
     * @param value the count
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Entry(
            BigInteger major,
            BigInteger minor,
            String op,
            BigInteger value,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param major the major number of the device
         * @param minor the minor number of the device
         * @param op such as {@code Read}; empty where the count is not of one operation
         * @param value the count
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         * @throws IllegalArgumentException if a number is not from 0 to 2<sup>64</sup>-1
         */
        public Entry {
            major = Values.count("blkio.major", major);
            minor = Values.count("blkio.minor", minor);
            op = op == null ? "" : op;
            value = Values.count("blkio.value", value);
            unknown = Values.unknown(unknown);
        }
    }
}
