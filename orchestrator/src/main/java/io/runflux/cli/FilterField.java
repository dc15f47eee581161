// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.EventFilter;
import io.runflux.events.EventQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What an event must have: one of the topics that are asked for, and one of the containers. */
record FilterField(String name, String value) {
    private static final Pattern ALLOWED = Pattern.compile("(topic|container)=(.+)");

    /** Reads them as a server does. */
    static EventFilter toFilter(List<FilterField> fields) {
        String query = fields.stream().map(FilterField::inQuery).collect(Collectors.joining("&"));
        return EventQuery.parse(query).filter();
    }

    private String inQuery() {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Checks the name; of the values the filter knows. */
    static final class Converter implements ITypeConverter<FilterField> {
        @Override
        public FilterField convert(String value) {
            Matcher field = ALLOWED.matcher(value);
            if (!field.matches()) {
                throw new TypeConversionException("a filter is topic=TOPIC, such as topic=/tasks/exit or"
                        + " topic=/tasks/*, or container=ID; was '" + value + "'");
            }
            return new FilterField(field.group(1), field.group(2));
        }
    }
}
