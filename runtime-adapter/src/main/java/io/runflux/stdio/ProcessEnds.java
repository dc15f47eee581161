// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Sees that a process is about to end, which closes its descriptors a moment before its end can be seen. */
final class ProcessEnds {
    /** The kernel's {@code PF_EXITING}. */
    private static final long EXITING = 0x4;
    /** The ninth field (proc(5)), counted from behind the name, which is the second and can hold anything. */
    private static final int FLAGS = 9 - 3;

    private ProcessEnds() {}

    static Mono<Boolean> isEnding(int pid) {
        return LogThreads.call(() -> isEnding(Path.of("/proc", String.valueOf(pid), "stat")));
    }

    private static boolean isEnding(Path stat) throws IOException {
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[FLAGS]) & EXITING) != 0;
        } catch (NoSuchFileException gone) {
            return true;
        }
    }
}
