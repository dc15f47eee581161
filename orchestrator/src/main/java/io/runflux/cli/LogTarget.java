// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A log as it was named.
 *
 * @param text its URI, with all parameters
 * @param uri the same, read
 */
record LogTarget(String text, StdioUri uri) {
    static LogTarget parse(String text) {
        return new LogTarget(text, StdioUri.parse(text));
    }

    /** One without parameters. */
    static LogTarget of(StdioUri uri) {
        return new LogTarget(uri.toString(), uri);
    }

    /** A person may write and read where they like, so what they name is what they allow. */
    UpstreamOptions options() {
        Path path = uri.path();
        Path parent = path == null ? null : path.getParent();
        return parent == null
                ? UpstreamOptions.defaults()
                : UpstreamOptions.defaults().withAllowedRoots(parent);
    }

    /** Checks what was typed. */
    static final class Converter implements ITypeConverter<LogTarget> {
        @Override
        public LogTarget convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
