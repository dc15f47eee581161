// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.files.ProcStat;
import java.io.IOException;
import java.nio.file.Files;
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
        return startTime(ProcStat.fields(pid));
    }

    private static OptionalLong startTime(List<String> fields) {
        boolean hasEnded = fields.isEmpty()
                || fields.get(STATE).equals("Z")
                || fields.get(STATE).equals("X");
        return hasEnded ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields.get(START_TIME)));
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
        List<String> fields = fields(pid);
        return fields.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(fields.get(SESSION)));
    }

    static boolean isMember(int pid, int session) {
        return session(pid).equals(OptionalInt.of(session));
    }

    static boolean isInGroup(int pid, int group) {
        List<String> fields = fields(pid);
        return !fields.isEmpty() && fields.get(GROUP).equals(Integer.toString(group));
    }

    private static List<String> fields(int pid) {
        try {
            return ProcStat.fields(pid);
        } catch (IOException e) {
            return List.of();
        }
    }
}
