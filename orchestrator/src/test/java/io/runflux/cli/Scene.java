// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The directories of one test, and a program whose processes can be told from all others. */
final class Scene {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final Path directory;
    private final String id = "test-" + UUID.randomUUID();
    private final String seconds = "1000." + Integer.toUnsignedString(id.hashCode());

    Scene(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectory(temporary());
    }

    Path temporary() {
        return directory.resolve("tmp");
    }

    Path state() {
        return directory.resolve("state");
    }

    String id() {
        return id;
    }

    /** Says that it is up, and does not end by itself in the time of any test. */
    String sleeper() {
        return "echo up; exec sleep " + seconds;
    }

    Path newFile(String prefix) throws IOException {
        return Files.createTempFile(directory, prefix, ".txt");
    }

    void assertNothingLeft() throws IOException {
        assertThat(processes()).as("processes").isEmpty();
        assertThat(entries(temporary()).filter(path -> path.toString().contains("runflux")))
                .as("temporary files")
                .isEmpty();
        assertThat(entries(state().resolve("host"))).as("host containers").isEmpty();
        assertThat(entries(state().resolve("runc"))).as("runc containers").isEmpty();
        assertThat(ofCalls()).as("files of calls").isEmpty();
        assertNothingHeld();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(directory.toString());
        assertThat(cgroups()).as("cgroups").isEmpty();
    }

    /** Of what commands hold for the containers that they run. */
    void assertNothingHeld() throws IOException {
        assertThat(entries(state().resolve("attach"))).as("sockets").isEmpty();
        assertThat(entries(state().resolve("logs"))).as("places of logs").isEmpty();
        assertThat(entries(state().resolve("resources"))).as("records").isEmpty();
    }

    /** The files of calls of a runtime, which a command that is killed within one leaves. */
    List<Path> ofCalls() throws IOException {
        return entries(state().resolve("calls")).toList();
    }

    List<String> processes() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(commandLine -> commandLine.contains("sleep " + seconds))
                .toList();
    }

    private static Stream<Path> entries(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.toList().stream();
        }
    }

    private List<Path> cgroups() throws IOException {
        if (!Files.isDirectory(CGROUPS)) {
            return List.of();
        }
        List<Path> hierarchies = entries(CGROUPS).toList();
        return Stream.concat(Stream.of(CGROUPS), hierarchies.stream())
                .map(parent -> parent.resolve(id))
                .filter(Files::exists)
                .toList();
    }
}
