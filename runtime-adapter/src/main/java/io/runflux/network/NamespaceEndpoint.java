// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An interface of a network namespace.
 *
 * @param name its name, such as {@code eth0}
 * @param index its number in the namespace
 * @param mac its hardware address, or null if its kind has none
 * @param addresses its addresses with their prefix lengths, such as {@code 10.88.0.2/16}
 * @param mtu its longest packet, in bytes
 * @param isUp whether it is switched on
 * @param network the network that it came from, or null if none is known
 */
public record NamespaceEndpoint(
        String name,
        int index,
        @Nullable String mac,
        List<String> addresses,
        int mtu,
        boolean isUp,
        @Nullable String network) {
    /**
     * Copies the values.
     *
     * @param name its name, such as {@code eth0}
     * @param index its number in the namespace
     * @param mac its hardware address, or null if its kind has none
     * @param addresses its addresses with their prefix lengths, such as {@code 10.88.0.2/16}
     * @param mtu its longest packet, in bytes
     * @param isUp whether it is switched on
     * @param network the network that it came from, or null if none is known
     */
    public NamespaceEndpoint {
        Objects.requireNonNull(name, "name");
        addresses = List.copyOf(addresses);
    }

    NamespaceEndpoint withNetwork(@Nullable String value) {
        return new NamespaceEndpoint(name, index, mac, addresses, mtu, isUp, value);
    }
}
