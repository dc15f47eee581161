// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** A directory of hook files, whose modes do not depend on the umask. */
final class HookFolder {
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** What a test has before it is set up. */
    static final HookFolder NONE = new HookFolder(Path.of("/none"), Path.of("/none"));

    private final Path directory;
    private final Path program;

    private HookFolder(Path directory, Path program) {
        this.directory = directory;
        this.program = program;
    }

    /** Makes a directory, and beside it a program for its hooks. */
    static HookFolder create(Path parent, String name) {
        try {
            Path directory = Files.createDirectory(parent.resolve(name));
            Path program = Files.writeString(parent.resolve(name + ".sh"), "#!/bin/sh\n");
            mode(directory, "rwxr-xr-x");
            mode(program, "rwxr-xr-x");
            return new HookFolder(directory, program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return directory;
    }

    Path program() {
        return program;
    }

    HookSet load(String... extensionStages) {
        HookDirectories directories =
                HookDirectories.of(List.of(directory)).withExtensionStages(Set.of(extensionStages));
        return Objects.requireNonNull(directories.load().block(TIMEOUT));
    }

    /** Writes a file of version 1.0.0. */
    HookFolder add(String name, String when, String... stages) {
        return write(name, json(when, stages));
    }

    String json(String when, String... stages) {
        String list = String.join("\", \"", stages);
        return "{\"version\": \"1.0.0\", \"hook\": {\"path\": \"" + program + "\"}, \"when\": " + when
                + ", \"stages\": [\"" + list + "\"]}";
    }

    HookFolder write(String name, String content) {
        try {
            Path file = Files.writeString(directory.resolve(name), content);
            mode(file, "rw-r--r--");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HookFolder replace(String name, String content) {
        write(name + ".new", content);
        try {
            Files.move(directory.resolve(name + ".new"), directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HookFolder remove(String name) {
        delete(directory.resolve(name));
        return this;
    }

    void remove() {
        try (Stream<Path> files = Files.list(directory)) {
            files.toList().forEach(HookFolder::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delete(directory);
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void mode(Path path, String permissions) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
