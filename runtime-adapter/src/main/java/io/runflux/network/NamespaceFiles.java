// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.files.TrustedFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The files that keep namespaces. Every method blocks. */
final class NamespaceFiles {
    /** The namespace of this JVM. */
    static final Path OWN = Path.of("/proc/self/ns/net");

    private final Path directory;

    NamespaceFiles(Path directory) {
        this.directory = directory;
    }

    /** Says whether a file, or what a link leads to, is a namespace. */
    static boolean isNamespace(Path path) throws IOException {
        return inodeOf(path).isPresent();
    }

    /**
     * Returns the number of a namespace, which no other has as long as it is there; nothing if there is none at the
     * path. All of them are of one file system, which has nothing else.
     */
    static OptionalLong inodeOf(Path path) throws IOException {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
            return Files.getAttribute(OWN, "unix:dev").equals(attributes.get("dev"))
                    ? OptionalLong.of((Long) Objects.requireNonNull(attributes.get("ino")))
                    : OptionalLong.empty();
        } catch (FileSystemException e) {
            if (Files.exists(path)) {
                throw e;
            }
            return OptionalLong.empty();
        }
    }

    /** Says whether the name is that of a namespace, in a directory that others cannot have changed. */
    boolean isMounted(NetworkNamespace namespace) throws IOException {
        if (!Files.exists(directory)) {
            return false;
        }
        TrustedFiles.ofThisUser().checkDirectory(directory);
        return isNamespace(namespace.path());
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
