// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of attaching a container to a network.
 *
 * @param links the interfaces that were made, on both sides
 * @param addresses the addresses that were given
 * @param routes the routes in the container
 * @param nameservers the addresses of name servers
 * @param json all that the last plugin said, as it said it
 */
public record CniResult(
        List<Link> links, List<Address> addresses, List<Route> routes, List<String> nameservers, String json) {
    /**
     * Copies the values.
     *
     * @param links the interfaces that were made, on both sides
     * @param addresses the addresses that were given
     * @param routes the routes in the container
     * @param nameservers the addresses of name servers
     * @param json all that the last plugin said, as it said it
     */
    public CniResult {
        links = List.copyOf(links);
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        nameservers = List.copyOf(nameservers);
        Objects.requireNonNull(json, "json");
    }

    /** Reads a result; what is none is an {@link IllegalArgumentException}. */
    static CniResult parse(String json) {
        JsonTree tree = JsonTree.read("result", json);
        tree.text("cniVersion");
        return new CniResult(
                tree.objects("interfaces").stream().map(CniResult::toLink).toList(),
                tree.objects("ips").stream().map(CniResult::toAddress).toList(),
                tree.objects("routes").stream().map(CniResult::toRoute).toList(),
                tree.object("dns").texts("nameservers"),
                json);
    }

    private static Link toLink(JsonTree link) {
        return new Link(link.text("name"), link.textOrNull("mac"), link.textOrNull("sandbox"));
    }

    private static Address toAddress(JsonTree address) {
        return new Address(address.text("address"), address.textOrNull("gateway"), address.numberOrNull("interface"));
    }

    private static Route toRoute(JsonTree route) {
        return new Route(route.text("dst"), route.textOrNull("gw"));
    }

    /**
     * An interface.
     *
     * @param name its name
     * @param mac its hardware address, or null if it has none
     * @param sandbox the namespace that it is in, or null for the host's
     */
    public record Link(
            String name, @Nullable String mac, @Nullable String sandbox) {
        /**
         * Checks the values.
         *
         * @param name its name
         * @param mac its hardware address, or null if it has none
         * @param sandbox the namespace that it is in, or null for the host's
         */
        public Link {
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * An address.
     *
     * @param address the address with the length of its prefix, such as {@code 10.88.0.2/16}
     * @param gateway the gateway of its network, or null if there is none
     * @param link the index of its interface in {@link CniResult#links}, or null if that was not said
     */
    public record Address(
            String address,
            @Nullable String gateway,
            @Nullable Integer link) {
        /**
         * Checks the values.
         *
         * @param address the address with the length of its prefix
         * @param gateway the gateway of its network, or null if there is none
         * @param link the index of its interface, or null if that was not said
         */
        public Address {
            Objects.requireNonNull(address, "address");
        }
    }

    /**
     * A route.
     *
     * @param destination the addresses that it leads to, such as {@code 0.0.0.0/0}
     * @param gateway the gateway, or null for that of the address
     */
    public record Route(String destination, @Nullable String gateway) {
        /**
         * Checks the values.
         *
         * @param destination the addresses that it leads to
         * @param gateway the gateway, or null for that of the address
         */
        public Route {
            Objects.requireNonNull(destination, "destination");
        }
    }
}
