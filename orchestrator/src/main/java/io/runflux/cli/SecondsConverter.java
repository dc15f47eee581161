// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/** Reads a duration of which a number alone is seconds, as docker's is. */
final class SecondsConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
        return Durations.parse(value.matches("\\d{1,9}") ? value + "s" : value);
    }
}
