// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The children of this JVM at one moment, zombies included. Empty where there is no {@code /proc}. */
final class ChildProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int START_TIME = 19;

    /** Descriptions by pid and start time, which together are never another process's. */
    private final Map<String, String> children;

    private ChildProcesses(Map<String, String> children) {
        this.children = children;
    }

    static ChildProcesses capture() {
        Map<String, String> children = new LinkedHashMap<>();
        if (Files.isDirectory(PROC)) {
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
                processes.forEach(process -> addIfChild(process, children));
            } catch (IOException e) {
                throw new IllegalStateException("cannot list " + PROC, e);
            }
        }
        return new ChildProcesses(children);
    }

    List<String> addedSince(ChildProcesses before) {
        return children.entrySet().stream()
                .filter(child -> !before.children.containsKey(child.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static void addIfChild(Path process, Map<String, String> children) {
        String stat = readOrEmpty(process.resolve("stat"));
        int nameEnd = stat.lastIndexOf(')');
        if (nameEnd < 0) {
            return;
        }
        String[] fields = stat.substring(nameEnd + 2).split(" ", -1);
        if (fields[PARENT].equals(String.valueOf(ProcessHandle.current().pid()))) {
            String name = stat.substring(0, nameEnd + 1);
            children.put(process + "@" + fields[START_TIME], describe(process, name, fields[STATE]));
        }
    }

    private static String describe(Path process, String name, String state) {
        String commandLine =
                readOrEmpty(process.resolve("cmdline")).replace('\0', ' ').strip();
        String kind = state.equals("Z") ? "zombie" : "child process";
        return kind + " " + name + (commandLine.isEmpty() ? "" : ": " + commandLine);
    }

    private static String readOrEmpty(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
