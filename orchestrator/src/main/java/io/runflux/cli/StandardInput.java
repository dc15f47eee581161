// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bare standard input. If the JVM was started without one, the number is given to a file that the JVM opens for
 * itself, which is nobody's input.
 */
final class StandardInput {
    private static final Path LINK = Path.of("/proc/self/fd/0");

    private StandardInput() {}

    static InputStream open() {
        return isOwnFile() ? InputStream.nullInputStream() : new FileInputStream(FileDescriptor.in);
    }

    private static boolean isOwnFile() {
        try {
            Path target = Files.readSymbolicLink(LINK);
            Path home = Path.of(System.getProperty("java.home")).toRealPath();
            return target.startsWith(home) || target.toString().contains("/hsperfdata_");
        } catch (IOException unknown) {
            return false;
        }
    }
}
