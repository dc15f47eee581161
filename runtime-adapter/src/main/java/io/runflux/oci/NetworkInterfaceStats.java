// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigInteger;
import java.util.Map;

/**
 * The traffic of a network interface in a {@link ContainerStats}.
 *
 * @param name such as {@code eth0}
 * @param rxBytes bytes received
 * @param rxPackets packets received
 * @param rxErrors packets that failed as they were received
 * @param rxDropped packets dropped instead of being received
 * @param txBytes bytes sent
 * @param txPackets packets sent
 * @param txErrors packets that failed as they were sent
 * @param txDropped packets dropped instead of being sent
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record NetworkInterfaceStats(
        @JsonProperty("Name") String name,
        @JsonProperty("RxBytes") BigInteger rxBytes,
        @JsonProperty("RxPackets") BigInteger rxPackets,
        @JsonProperty("RxErrors") BigInteger rxErrors,
        @JsonProperty("RxDropped") BigInteger rxDropped,
        @JsonProperty("TxBytes") BigInteger txBytes,
        @JsonProperty("TxPackets") BigInteger txPackets,
        @JsonProperty("TxErrors") BigInteger txErrors,
        @JsonProperty("TxDropped") BigInteger txDropped,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param name such as {@code eth0}
     * @param rxBytes bytes received
     * @param rxPackets packets received
     * @param rxErrors packets that failed as they were received
     * @param rxDropped packets dropped instead of being received
     * @param txBytes bytes sent
     * @param txPackets packets sent
     * @param txErrors packets that failed as they were sent
     * @param txDropped packets dropped instead of being sent
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if there is no name, or a number is not from 0 to 2<sup>64</sup>-1
     */
    public NetworkInterfaceStats {
        Values.required("network_interfaces.Name", name);
        rxBytes = Values.count("network_interfaces.RxBytes", rxBytes);
        rxPackets = Values.count("network_interfaces.RxPackets", rxPackets);
        rxErrors = Values.count("network_interfaces.RxErrors", rxErrors);
        rxDropped = Values.count("network_interfaces.RxDropped", rxDropped);
        txBytes = Values.count("network_interfaces.TxBytes", txBytes);
        txPackets = Values.count("network_interfaces.TxPackets", txPackets);
        txErrors = Values.count("network_interfaces.TxErrors", txErrors);
        txDropped = Values.count("network_interfaces.TxDropped", txDropped);
        unknown = Values.unknown(unknown);
    }
}
