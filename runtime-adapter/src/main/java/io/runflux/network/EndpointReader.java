// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Asks a child in a namespace what interfaces there are. */
final class EndpointReader {
    /** Of 6 bytes most often, and of up to 20 where the network is no Ethernet. */
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(?::[0-9a-f]{2})+");

    private final Programs programs;

    EndpointReader(Programs programs) {
        this.programs = programs;
    }

    Mono<List<NamespaceEndpoint>> read(Path namespace) {
        Objects.requireNonNull(namespace, "namespace");
        return FileWork.call(() -> NamespaceFiles.isNamespace(namespace))
                .filter(isThere -> isThere)
                .switchIfEmpty(Mono.error(() -> new NoSuchNamespaceException(namespace)))
                .then(Mono.defer(() -> programs.run(
                        "nsenter", "--net=" + namespace.toAbsolutePath(), "--", "ip", "-json", "address", "show")))
                .map(EndpointReader::parse);
    }

    static List<NamespaceEndpoint> parse(String json) {
        try {
            return JsonTree.readList("output of ip", json).stream()
                    .filter(link -> link.textOrNull("ifname") != null
                            && !link.texts("flags").contains("LOOPBACK"))
                    .map(EndpointReader::toEndpoint)
                    .sorted(Comparator.comparingInt(NamespaceEndpoint::index))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new NetworkException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Tunnels have an address of the network in its place. */
    private static @Nullable String macOf(JsonTree link) {
        String address = link.textOrNull("address");
        return address != null && MAC.matcher(address).matches() ? address : null;
    }

    private static NamespaceEndpoint toEndpoint(JsonTree link) {
        List<String> addresses = link.objects("addr_info").stream()
                .map(address -> address.text("local") + "/" + address.number("prefixlen", 0))
                .toList();
        return new NamespaceEndpoint(
                link.text("ifname"),
                link.number("ifindex", 0),
                macOf(link),
                addresses,
                link.number("mtu", 0),
                link.texts("flags").contains("UP"),
                null);
    }
}
