// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time: with its offset, or how long ago it was. */
final class TimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
        return value.contains("T") ? parse(value) : Instant.now().minus(Durations.parse(value));
    }

    private static Instant parse(String value) {
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "a time is 2026-01-31T09:00:00Z, or how long ago it was, such as 10m, was '" + value + "'");
        }
    }
}
