// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The open descriptors of this JVM at one moment, less those that come into being once and stay: the JDK's own files,
 * jars, random devices, the file that libffi keeps its closures in, and what an event loop consists of. Empty where
 * there is no {@code /proc}.
 */
final class OpenDescriptors {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final List<String> COUNTED_KINDS = List.of("pipe:", "socket:", "anon_inode:[pidfd]", "pidfd:", "/");
    private static final List<String> PASSED_OVER =
            List.of("/proc/", "/sys/", "/dev/random", "/dev/urandom", System.getProperty("java.home"));

    private final SortedMap<Integer, String> targets;

    private OpenDescriptors(SortedMap<Integer, String> targets) {
        this.targets = targets;
    }

    static OpenDescriptors capture() {
        SortedMap<Integer, String> targets = new TreeMap<>();
        if (Files.isDirectory(DESCRIPTORS)) {
            try (DirectoryStream<Path> links = Files.newDirectoryStream(DESCRIPTORS)) {
                links.forEach(link -> addIfCounted(link, targets));
            } catch (IOException e) {
                throw new IllegalStateException("cannot list " + DESCRIPTORS, e);
            }
        }
        return new OpenDescriptors(targets);
    }

    /** Numbers are given away again, and some targets have one name for all: so each target is counted. */
    List<String> addedSince(OpenDescriptors before) {
        Map<String, Long> countsBefore = before.counts();
        Map<String, Long> counts = counts();
        List<String> added = new ArrayList<>();
        targets.forEach((number, target) -> {
            boolean isMore = counts.getOrDefault(target, 0L) > countsBefore.getOrDefault(target, 0L);
            if (isMore && !target.equals(before.targets.get(number))) {
                added.add("descriptor " + number + " -> " + target);
            }
        });
        return added;
    }

    private Map<String, Long> counts() {
        return targets.values().stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static void addIfCounted(Path link, Map<Integer, String> targets) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            if (isCounted(target)) {
                targets.put(Integer.valueOf(link.getFileName().toString()), target);
            }
        } catch (IOException closedMeanwhile) {
            return;
        }
    }

    private static boolean isCounted(String target) {
        return COUNTED_KINDS.stream().anyMatch(target::startsWith)
                && PASSED_OVER.stream().noneMatch(target::startsWith)
                && !target.endsWith(".jar")
                && !target.matches("/tmp/ffi\\w+ \\(deleted\\)");
    }
}
