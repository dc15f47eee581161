// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds what runs have left on this machine. */
final class Remains {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int CGROUP_DEPTH = 6;

    private Remains() {}

    static Path newDirectory(Path parent, String name) {
        try {
            return Files.createDirectory(parent.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> files(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(Path::toString).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> mounts(Path below) {
        try {
            return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                    .filter(line -> line.contains(below.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Control groups of others come and go meanwhile, so what cannot be listed is passed over. */
    static Stream<String> cgroups(String prefix) {
        return cgroups(CGROUPS, prefix, CGROUP_DEPTH);
    }

    private static Stream<String> cgroups(Path parent, String prefix, int depth) {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory).toList().stream()
                    .flatMap(group -> cgroupsFrom(group, prefix, depth));
        } catch (IOException | UncheckedIOException gone) {
            return Stream.empty();
        }
    }

    private static Stream<String> cgroupsFrom(Path group, String prefix, int depth) {
        if (group.getFileName().toString().startsWith(prefix)) {
            return Stream.of(group.toString());
        }
        return depth == 0 ? Stream.empty() : cgroups(group, prefix, depth - 1);
    }
}
