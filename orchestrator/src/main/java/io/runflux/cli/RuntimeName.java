// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Checks the name of a runtime. */
final class RuntimeName implements ITypeConverter<String> {
    private static final List<String> NAMES = Runtimes.NAMES;

    @Override
    public String convert(String value) {
        if (!NAMES.contains(value)) {
            throw new TypeConversionException("must be one of " + String.join(", ", NAMES) + ", was '" + value + "'");
        }
        return value;
    }
}
