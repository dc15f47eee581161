// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.files.TrustedFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files that keep namespaces. Every method blocks. */
final class NamespaceFiles {
    private final Path directory;

    NamespaceFiles(Path directory) {
        this.directory = directory;
    }

    /** Says whether a file, or what a link leads to, is a namespace: those are of a file system of their own. */
    static boolean isNamespace(Path path) throws IOException {
        Path parent = Objects.requireNonNull(path.toAbsolutePath().getParent());
        return Files.exists(path)
                && !Files.getAttribute(path, "unix:dev").equals(Files.getAttribute(parent, "unix:dev"));
    }

    NetworkNamespace named(String name) {
        return new NetworkNamespace(name, directory.resolve(name));
    }

    /** Takes the name, for one of all who want it. */
    void claim(NetworkNamespace namespace) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        TrustedFiles.ofThisUser().checkDirectory(directory);
        try {
            Files.createFile(
                    namespace.path(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--r--r--")));
        } catch (FileAlreadyExistsException e) {
            throw new NamespaceAlreadyExistsException(namespace);
        }
    }

    void delete(NetworkNamespace namespace) throws IOException {
        Files.deleteIfExists(namespace.path());
    }

    /** Returns those that have a name of ours. */
    List<NetworkNamespace> list() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.flatMap(this::toNamespace).toList();
        }
    }

    private Stream<NetworkNamespace> toNamespace(Path file) {
        try {
            return isNamespace(file) ? Stream.of(named(String.valueOf(file.getFileName()))) : Stream.empty();
        } catch (IOException | IllegalArgumentException e) {
            // It has gone since, or has a name that is none of ours.
            return Stream.empty();
        }
    }
}
