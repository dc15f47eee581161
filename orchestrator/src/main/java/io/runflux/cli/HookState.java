// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what a hook is given on its standard input. Blocks. */
final class HookState {
    static final int MAX_BYTES = 16 << 20;

    private static final String STANDARD_INPUT = "-";

    private HookState() {}

    /**
     * Reads a file, or standard input if it is called {@code -}.
     *
     * @throws IllegalArgumentException if it cannot be read, or is too long
     */
    static byte[] read(String file) {
        try (InputStream stream = open(file)) {
            byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("must be at most " + MAX_BYTES + " bytes, '" + file + "' has more");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("must be an existing file, was '" + file + "'", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("must be a file that can be read, was '" + file + "'", e);
        }
    }

    /** Of a pipe, unbuffered standard input cannot read a number of bytes: it asks for its position first. */
    private static InputStream open(String file) throws IOException {
        return file.equals(STANDARD_INPUT)
                ? new BufferedInputStream(StandardInput.open())
                : Files.newInputStream(Path.of(file));
    }
}
