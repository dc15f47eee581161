// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads /proc. Every method blocks, briefly. */
final class ProcFiles {
    private static final int STATE = 0;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int START_TIME = 19;
    /** What the kernel says of a file whose process ends while it is read. */
    private static final String GOING = "No such process";

    private ProcFiles() {}

    /**
     * Returns when the process was started, in clock ticks since boot, which tells it from a later one of the same
     * number; empty if it has ended, whether or not it was reaped.
     */
    static OptionalLong startTime(int pid) {
        return startTime(fields(pid));
    }

    /** As {@link #startTime}, and fails where that cannot be read for another reason. */
    static OptionalLong readStartTime(int pid) throws IOException {
        try {
            return startTime(readFields(pid));
        } catch (NoSuchFileException gone) {
            return OptionalLong.empty();
        } catch (IOException e) {
            if (GOING.equals(e.getMessage())) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    private static OptionalLong startTime(String[] fields) {
        boolean hasEnded = fields.length <= START_TIME || fields[STATE].equals("Z") || fields[STATE].equals("X");
        return hasEnded ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[START_TIME]));
    }

    /** Returns the processes of a session. */
    static List<Integer> sessionMembers(int session) throws IOException {
        return sessions().entrySet().stream()
                .filter(entry -> entry.getValue() == session)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns the sessions of all processes, by their numbers and in their order. */
    static SortedMap<Integer, Integer> sessions() throws IOException {
        SortedMap<Integer, Integer> sessions = new TreeMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> name.matches("[0-9]{1,9}"))
                    .map(Integer::valueOf)
                    .forEach(pid -> session(pid).ifPresent(session -> sessions.put(pid, session)));
        }
        return sessions;
    }

    private static OptionalInt session(int pid) {
        String[] fields = fields(pid);
        return fields.length > SESSION ? OptionalInt.of(Integer.parseInt(fields[SESSION])) : OptionalInt.empty();
    }

    static boolean isMember(int pid, int session) {
        return session(pid).equals(OptionalInt.of(session));
    }

    static boolean isInGroup(int pid, int group) {
        String[] fields = fields(pid);
        return fields.length > GROUP && fields[GROUP].equals(Integer.toString(group));
    }

    /** The name of the program, before these, may hold anything, blanks and brackets too. */
    private static String[] readFields(int pid) throws IOException {
        String stat = new String(Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
        return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    }

    private static String[] fields(int pid) {
        try {
            return readFields(pid);
        } catch (IOException e) {
            return new String[0];
        }
    }
}
