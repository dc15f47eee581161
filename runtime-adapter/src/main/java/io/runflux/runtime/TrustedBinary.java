// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Finds programs of runtimes, and refuses those that others than root and this user could have changed. */
final class TrustedBinary {
    private TrustedBinary() {}

    static Optional<Path> find(String name, String searchPath) {
        for (String directory : searchPath.split(":", -1)) {
            Path candidate = Path.of(directory, name);
            if (candidate.isAbsolute() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Returns the program with symbolic links resolved: what was checked is what has to be run. Blocks. */
    static Path check(Path binary) {
        try {
            Path real = binary.toRealPath();
            if (!Files.isRegularFile(real) || !Files.isExecutable(real)) {
                throw new RuntimeUnavailableException("runtime '" + real + "' is not an executable file", null);
            }
            checkTrusted(real);
            Paths.toTrusted("directory of runtime", Objects.requireNonNull(real.getParent()));
            return real;
        } catch (IOException e) {
            throw new RuntimeUnavailableException("runtime '" + binary + "' cannot be found: " + e, e);
        }
    }

    private static void checkTrusted(Path path) throws IOException {
        if (!Paths.isTrusted(path)) {
            throw new RuntimeUnavailableException(
                    "'" + path + "' must belong to root or this user and be writable by its owner alone", null);
        }
    }
}
