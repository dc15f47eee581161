// SPDX-License-Identifier: Apache-2.0
package io.runflux.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What the kernel tells of a process in {@code /proc/PID/stat}. */
public final class ProcStat {
    /** What it says to whoever opened the file before the process was reaped, and reads it afterwards. */
    private static final String GOING = "No such process";

    private ProcStat() {}

    /**
     * Reads the fields behind the name, of which the state is the first (proc(5)). Blocks, briefly.
     *
     * @param pid the process
     * @return the fields; empty if there is no such process
     * @throws IOException if they cannot be read for another reason
     */
    public static List<String> fields(int pid) throws IOException {
        return fields(Path.of("/proc", String.valueOf(pid), "stat"));
    }

    /** The name of the program may hold anything, blanks and brackets too. */
    static List<String> fields(Path file) throws IOException {
        try {
            String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
            return List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (IOException e) {
            if (GOING.equals(e.getMessage())) {
                return List.of();
            }
            throw e;
        }
    }
}
