// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
    /** Of the mode of a file, inode(7). */
    private static final int FILE_TYPE = 0170000;

    private static final int FIFO_TYPE = 0010000;

    static LogTarget parse(String text) {
        return new LogTarget(text, StdioUri.parse(text));
    }

    /** Reads what was typed: a URI, or a path, which has a slash in it, and is that of a FIFO if there is one. */
    static LogTarget named(String text) {
        if (text.contains("://") || text.indexOf('/') < 0) {
            return parse(text);
        }
        Path path = Path.of(text).toAbsolutePath().normalize();
        return isFifo(path) ? of("fifo", path) : of("file", path);
    }

    /** One without parameters. */
    private static LogTarget of(String scheme, Path path) {
        return parse(scheme + "://" + toUri(path).getRawPath());
    }

    private static URI toUri(Path path) {
        try {
            return new URI(null, null, path.toString(), null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + path + "' is no path: " + e.getReason(), e);
        }
    }

    private static boolean isFifo(Path path) {
        try {
            Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return ((int) mode & FILE_TYPE) == FIFO_TYPE;
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
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
                return named(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
