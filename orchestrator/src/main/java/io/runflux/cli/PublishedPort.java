// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.network.PortMapping;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port of this host that leads to one of a container. */
final class PublishedPort implements ITypeConverter<PortMapping> {
    private static final Pattern FORM = Pattern.compile("(?:(?<ip4>[0-9.]+):|\\[(?<ip6>[0-9A-Fa-f:.]+)\\]:)?"
            + "(?<host>[0-9]{1,5}):(?<container>[0-9]{1,5})(?:/(?<protocol>tcp|udp))?");

    @Override
    public PortMapping convert(String value) {
        Matcher port = FORM.matcher(value);
        if (!port.matches()) {
            throw new TypeConversionException("a port is [IP:]HOST:CONTAINER[/tcp|udp], was '" + value + "'");
        }
        try {
            return new PortMapping(
                    Integer.parseInt(port.group("host")),
                    Integer.parseInt(port.group("container")),
                    Objects.requireNonNullElse(port.group("protocol"), "tcp"),
                    port.group("ip4") == null ? port.group("ip6") : port.group("ip4"));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
