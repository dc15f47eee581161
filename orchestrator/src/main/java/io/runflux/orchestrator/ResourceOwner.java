// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The process that holds something, which its start tells from a later one of its number. Every method blocks, briefly.
 *
 * @param pid its number
 * @param startTime when it was started, in clock ticks since boot
 * @param pidNamespace what its number is of, such as {@code pid:[4026531836]}, as {@code /proc} links to it
 * @param bootId which boot that was
 */
record ResourceOwner(int pid, long startTime, String pidNamespace, String bootId) {
    /** Has ended always. */
    static final ResourceOwner NOBODY = new ResourceOwner(0, 0, "", "");

    private static final Path PROC = Path.of("/proc");
    /** Counted from the state, which is the first after the name. */
    private static final int START_TIME = 19;

    private static final int STATE = 0;
    /** What the kernel says of a file in {@code /proc} whose process ends while it is read. */
    private static final String GOING = "No such process";

    static ResourceOwner current() throws IOException {
        int pid = Integer.parseInt(Files.readSymbolicLink(PROC.resolve("self")).toString());
        return new ResourceOwner(pid, startTimeOf(pid).orElseThrow(), ownNamespace(), currentBoot());
    }

    /** Whether it runs, or nobody can tell from here: the processes of other pid namespaces are not to be seen. */
    boolean mayRun() throws IOException {
        return bootId.equals(currentBoot())
                && (!pidNamespace.equals(ownNamespace())
                        || OptionalLong.of(startTime).equals(startTimeOf(pid)));
    }

    private static String ownNamespace() throws IOException {
        return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
    }

    private static String currentBoot() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }

    /** Empty if it has ended, whether or not it was reaped. */
    private static OptionalLong startTimeOf(int pid) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(PROC.resolve(pid + "/stat"));
            return startTimeIn(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException gone) {
            return OptionalLong.empty();
        } catch (IOException e) {
            if (GOING.equals(e.getMessage())) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /** The name of the program, before these, may hold anything, blanks and brackets too. */
    private static OptionalLong startTimeIn(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        boolean hasEnded = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return hasEnded ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[START_TIME]));
    }
}
