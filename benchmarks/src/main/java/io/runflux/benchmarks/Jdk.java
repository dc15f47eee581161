// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Other Javas of this machine. */
public final class Jdk {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    private Jdk() {}

    /**
     * Finds the program of a Java.
     *
     * @param version its feature version
     * @return the program; it does not exist if there is no such Java
     */
    public static Path find(int version) {
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(INSTALLED)) {
            for (Path home : homes) {
                Path release = home.resolve("release");
                if (Files.exists(release) && Files.readString(release).contains("JAVA_VERSION=\"" + version)) {
                    return home.resolve("bin/java");
                }
            }
        } catch (IOException e) {
            // A machine without the directory has no other Java.
        }
        return INSTALLED.resolve("java-" + version);
    }
}
