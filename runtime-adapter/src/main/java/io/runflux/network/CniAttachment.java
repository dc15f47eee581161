// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.events.ContainerId;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What is attached to a network.
 *
 * @param container the container; with the network and the interface it is what an attachment is known by
 * @param namespace the container's network namespace, an absolute path
 * @param interfaceName what the interface is called in the container: at most 15 letters, digits, {@code _}, {@code .}
 *     and {@code -}
 * @param arguments for all plugins ({@code CNI_ARGS}), without {@code ;} and, in names, {@code =}
 * @param capabilities values of JSON for the plugins that the network gives these capabilities
 */
public record CniAttachment(
        ContainerId container,
        Path namespace,
        String interfaceName,
        Map<String, String> arguments,
        Map<String, Object> capabilities) {
    private static final String PORT_MAPPINGS = "portMappings";

    /**
     * Checks and copies the values.
     *
     * @param container the container
     * @param namespace the container's network namespace, an absolute path
     * @param interfaceName what the interface is called in the container
     * @param arguments for all plugins ({@code CNI_ARGS})
     * @param capabilities values of JSON for the plugins that the network gives these capabilities
     * @throws IllegalArgumentException if one of them cannot be; arguments are not quoted
     */
    public CniAttachment {
        Objects.requireNonNull(container, "container");
        Names.checkInterface(interfaceName);
        if (!namespace.isAbsolute()) {
            throw new IllegalArgumentException("network namespace must be an absolute path, was '" + namespace + "'");
        }
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        arguments.forEach(CniAttachment::checkArgument);
        capabilities = Collections.unmodifiableMap(new LinkedHashMap<>(capabilities));
    }

    /**
     * Returns an attachment with the interface {@code eth0}, without arguments and capabilities.
     *
     * @param container the container
     * @param namespace the container's network namespace, an absolute path
     * @return the attachment
     */
    public static CniAttachment of(ContainerId container, Path namespace) {
        return new CniAttachment(container, namespace, "eth0", Map.of(), Map.of());
    }

    /**
     * Returns this attachment with another interface.
     *
     * @param name what the interface is called in the container
     * @return the attachment
     */
    public CniAttachment withInterfaceName(String name) {
        return new CniAttachment(container, namespace, name, arguments, capabilities);
    }

    /**
     * Returns this attachment with other arguments.
     *
     * @param values for all plugins
     * @return the attachment
     */
    public CniAttachment withArguments(Map<String, String> values) {
        return new CniAttachment(container, namespace, interfaceName, values, capabilities);
    }

    /**
     * Returns this attachment with one more capability, or with another value of it.
     *
     * @param name such as {@code bandwidth}
     * @param value texts, numbers, booleans, lists and maps
     * @return the attachment
     */
    public CniAttachment withCapability(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(capabilities);
        more.put(name, value);
        return new CniAttachment(container, namespace, interfaceName, arguments, more);
    }

    /**
     * Returns this attachment with ports of the host leading to it, instead of those it had.
     *
     * @param mappings the ports
     * @return the attachment
     */
    public CniAttachment withPortMappings(List<PortMapping> mappings) {
        return withCapability(
                PORT_MAPPINGS, mappings.stream().map(PortMapping::toJson).toList());
    }

    String argumentText() {
        return arguments.entrySet().stream()
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .collect(Collectors.joining(";"));
    }

    private static void checkArgument(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || (name + value).matches("(?s).*[;\0].*")) {
            throw new IllegalArgumentException(
                    "CNI arguments must have a name, no ';' or NUL, and no '=' in their names");
        }
    }
}
