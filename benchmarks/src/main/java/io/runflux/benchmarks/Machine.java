// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.Stream;

/** What is measured on, and how much of it its host took since the beginning. */
final class Machine {
    private final ProcessorTime before = ProcessorTime.now();

    String describe() {
        return LocalDate.now(ZoneOffset.UTC) + ", " + Runtime.getRuntime().availableProcessors() + " processors ("
                + processor() + "), Linux " + System.getProperty("os.version") + ", Java "
                + System.getProperty("java.runtime.version")
                + String.format(
                        Locale.ROOT,
                        ", %.0f %% stolen by the host",
                        100 * ProcessorTime.now().stolenSince(before));
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
