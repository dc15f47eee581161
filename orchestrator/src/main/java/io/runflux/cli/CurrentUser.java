// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who runs this JVM, by what the kernel says: a name may be missing, or be anybody's. */
final class CurrentUser {
    private static final Path SELF = Path.of("/proc/self");

    private CurrentUser() {}

    static User get() {
        return User.of(id("unix:uid"), id("unix:gid"));
    }

    static long uid() {
        return id("unix:uid");
    }

    static boolean isRoot() {
        return uid() == 0;
    }

    private static long id(String attribute) {
        try {
            return Integer.toUnsignedLong((int) Files.getAttribute(SELF, attribute));
        } catch (IOException e) {
            throw new UncheckedIOException("who runs this is not known: there is no " + SELF, e);
        }
    }
}
