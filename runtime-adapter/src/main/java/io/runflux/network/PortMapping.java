// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A port of the host that leads to one of a container, for networks with the capability {@code portMappings}.
 *
 * @param hostPort 1 to 65535
 * @param containerPort 1 to 65535
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 * @param hostAddress the address of the host that is listened on, or null for all
 */
public record PortMapping(
        int hostPort,
        int containerPort,
        String protocol,
        @Nullable String hostAddress) {
    private static final int MAX_PORT = 65_535;

    /**
     * Checks the values.
     *
     * @param hostPort 1 to 65535
     * @param containerPort 1 to 65535
     * @param protocol {@code tcp}, {@code udp} or {@code sctp}
     * @param hostAddress the address of the host that is listened on, or null for all
     * @throws IllegalArgumentException if one of them is something else; the address is left to the plugin
     */
    public PortMapping {
        checkPort("host port", hostPort);
        checkPort("container port", containerPort);
        switch (protocol) {
            case "tcp", "udp", "sctp" -> {}
            default -> throw new IllegalArgumentException("protocol must be tcp, udp or sctp, was '" + protocol + "'");
        }
    }

    /**
     * Returns a mapping of TCP on all addresses.
     *
     * @param hostPort 1 to 65535
     * @param containerPort 1 to 65535
     * @return the mapping
     */
    public static PortMapping tcp(int hostPort, int containerPort) {
        return new PortMapping(hostPort, containerPort, "tcp", null);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hostPort", hostPort);
        json.put("containerPort", containerPort);
        json.put("protocol", protocol);
        if (hostAddress != null) {
            json.put("hostIP", hostAddress);
        }
        return json;
    }

    private static void checkPort(String what, int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(what + " must be from 1 to " + MAX_PORT + ", was " + port);
        }
    }
}
