// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.network.CniNetwork;
import io.runflux.network.PortMapping;
import io.runflux.oci.OciJson;
import java.util.List;
import java.util.Map;

/**
 * The networks of a container, which gets a network namespace of its own for them.
 *
 * @param networks what it is attached to, in this order, at the interfaces {@code eth0}, {@code eth1} and so on; none
 *     for a loopback interface alone
 * @param ports the ports of the host that lead to it, through the first network that has the capability
 *     {@code portMappings}
 */
public record ContainerNetworks(List<CniNetwork> networks, List<PortMapping> ports) {
    private static final int MAX_NETWORKS = 32;
    private static final String PORT_MAPPINGS = "portMappings";

    /**
     * Checks and copies the values.
     *
     * @param networks what it is attached to
     * @param ports the ports of the host that lead to it
     * @throws IllegalArgumentException if there are more than 32 networks, one occurs twice, or none of them can map
     *     ports and some are asked for
     */
    public ContainerNetworks {
        networks = List.copyOf(networks);
        ports = List.copyOf(ports);
        List<String> names = networks.stream().map(CniNetwork::name).toList();
        if (networks.size() > MAX_NETWORKS || names.stream().distinct().count() < networks.size()) {
            throw new IllegalArgumentException(
                    "networks of a container must be at most " + MAX_NETWORKS + ", each once, were " + names);
        }
        if (!ports.isEmpty() && networks.stream().noneMatch(ContainerNetworks::mapsPorts)) {
            throw new IllegalArgumentException("port mappings need a network with the capability " + PORT_MAPPINGS
                    + ", and " + names + " have none");
        }
    }

    /**
     * Returns networks without port mappings.
     *
     * @param networks what the container is attached to; none for a loopback interface alone
     * @return the networks
     */
    public static ContainerNetworks of(CniNetwork... networks) {
        return new ContainerNetworks(List.of(networks), List.of());
    }

    /**
     * Returns these networks with other port mappings.
     *
     * @param value the ports of the host that lead to the container
     * @return the networks
     */
    public ContainerNetworks withPorts(List<PortMapping> value) {
        return new ContainerNetworks(networks, value);
    }

    /** Returns the ports that lead through a network. */
    List<PortMapping> portsOf(CniNetwork network) {
        boolean isFirst = networks.stream()
                .filter(ContainerNetworks::mapsPorts)
                .findFirst()
                .filter(network::equals)
                .isPresent();
        return isFirst ? ports : List.of();
    }

    /** What was read as a network is well-formed. */
    private static boolean mapsPorts(CniNetwork network) {
        return OciJson.read(network.json(), Map.class).get("plugins") instanceof List<?> plugins
                && plugins.stream().anyMatch(ContainerNetworks::pluginMapsPorts);
    }

    private static boolean pluginMapsPorts(Object plugin) {
        return plugin instanceof Map<?, ?> fields
                && fields.get("capabilities") instanceof Map<?, ?> capabilities
                && Boolean.TRUE.equals(capabilities.get(PORT_MAPPINGS));
    }
}
