// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * What the memory controller has killed in one control group. Both versions call it {@code oom_kill}: version 2 in
 * {@code memory.events}, with the groups below, and version 1 in {@code memory.oom_control}, without them. Where both
 * are mounted, the controller is in one of them.
 */
final class CgroupMemory implements MemoryKillCounter {
    private static final Path PROC = Path.of("/proc");
    private static final String COUNTER = "oom_kill ";

    private final Path file;

    private CgroupMemory(Path file) {
        this.file = file;
    }

    /**
     * Finds that of a process. Empty if the process has gone, or has no memory controller, or shares its group with
     * this JVM, as those of the host runtime do: what is killed there may be anything.
     */
    static Mono<CgroupMemory> of(int pid) {
        return FileWork.call(() -> file(
                        Files.readAllLines(PROC.resolve(Integer.toString(pid)).resolve("cgroup")),
                        Files.readAllLines(PROC.resolve("self/cgroup")),
                        Files.readAllLines(PROC.resolve("self/mountinfo"))))
                .flatMap(Mono::justOrEmpty)
                .<CgroupMemory>map(CgroupMemory::new)
                .onErrorComplete(IOException.class);
    }

    /** Finds the file with the counter. */
    static Optional<Path> file(List<String> process, List<String> own, List<String> mounts) {
        Optional<Group> group = Group.of(process);
        return group.equals(Group.of(own)) ? Optional.empty() : group.flatMap(found -> found.file(mounts));
    }

    @Override
    public Mono<Long> read() {
        return FileWork.call(() -> count(Files.readAllLines(file)));
    }

    /** Kernels before 4.13 do not count. */
    static long count(List<String> lines) throws IOException {
        return lines.stream()
                .filter(line -> line.startsWith(COUNTER))
                .map(line -> Long.parseLong(line.substring(COUNTER.length()).strip()))
                .findFirst()
                .orElseThrow(() -> new IOException("the control group does not count what was killed"));
    }

    /** A group by its path within the hierarchy that has the memory controller. */
    private record Group(String path, boolean isUnified) {
        private static final String CONTROLLER = "memory";

        static Optional<Group> of(List<String> lines) {
            return find(lines, controllers -> controllers.contains(CONTROLLER))
                    .map(path -> new Group(path, false))
                    .or(() -> find(lines, controllers -> controllers.equals(List.of("")))
                            .map(path -> new Group(path, true)));
        }

        /** A line has a number, controllers and a path, which may itself have colons. */
        private static Optional<String> find(List<String> lines, Predicate<List<String>> isMeant) {
            return lines.stream()
                    .map(line -> line.split(":", 3))
                    .filter(parts -> parts.length == 3 && isMeant.test(List.of(parts[1].split(",", -1))))
                    .map(parts -> parts[2])
                    .findFirst();
        }

        Optional<Path> file(List<String> mounts) {
            String name = isUnified ? "memory.events" : "memory.oom_control";
            return mounts.stream()
                    .flatMap(line -> CgroupMount.of(line, isUnified).stream())
                    .flatMap(mount -> mount.directory(path).stream())
                    .findFirst()
                    .map(directory -> directory.resolve(name));
        }
    }

    /** Where a part of a hierarchy is mounted. */
    private record CgroupMount(Path root, Path point) {
        private static final String SEPARATOR = " - ";
        private static final int ROOT = 3;
        private static final int POINT = 4;
        private static final int OPTIONS = 2;

        static Optional<CgroupMount> of(String line, boolean isUnified) {
            String[] halves = line.split(SEPARATOR, 2);
            String[] fields = halves[0].split(" ", -1);
            if (halves.length < 2 || fields.length <= POINT || !isMeant(halves[1].split(" ", -1), isUnified)) {
                return Optional.empty();
            }
            return Optional.of(new CgroupMount(Path.of(unescape(fields[ROOT])), Path.of(unescape(fields[POINT]))));
        }

        private static boolean isMeant(String[] type, boolean isUnified) {
            return isUnified
                    ? type[0].equals("cgroup2")
                    : type[0].equals("cgroup")
                            && type.length > OPTIONS
                            && Stream.of(type[OPTIONS].split(",", -1)).anyMatch(Group.CONTROLLER::equals);
        }

        /** Empty if the group lies outside of what is mounted. */
        Optional<Path> directory(String group) {
            Path path = Path.of(group);
            return path.startsWith(root)
                    ? Optional.of(point.resolve(root.relativize(path)).normalize())
                    : Optional.empty();
        }

        private static String unescape(String field) {
            return field.replace("\\040", " ")
                    .replace("\\011", "\t")
                    .replace("\\012", "\n")
                    .replace("\\134", "\\");
        }
    }
}
