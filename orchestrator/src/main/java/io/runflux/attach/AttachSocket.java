// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import io.runflux.events.ContainerId;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The paths of sockets. Each has the name of its container, or a hash of it where that would be too long, and something
 * random, so that nobody takes the socket of another holder for its own.
 */
final class AttachSocket {
    private static final int HASH_CHARACTERS = 16;
    private static final int TOKEN_CHARACTERS = 8;
    /** No id has it. */
    private static final String SEPARATOR = "@";

    private static final String SUFFIX = ".sock";

    private AttachSocket() {}

    /** Returns a path for a new socket of a container. */
    static Path choose(Path directory, ContainerId id) {
        String token = UUID.randomUUID().toString().substring(0, TOKEN_CHARACTERS);
        Path path = path(directory, id.value(), token);
        return PrivateSocket.isShort(path) ? path : PrivateSocket.checked(path(directory, hash(id.value()), token));
    }

    private static Path path(Path directory, String name, String token) {
        return directory.resolve(name + SEPARATOR + token + SUFFIX);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Returns the sockets of a container, the oldest first; some may be of holders that were killed. Blocks. */
    static List<Path> find(Path directory, ContainerId id) {
        String name = choose(directory, id).toFile().getName();
        String beginning = name.substring(0, name.indexOf(SEPARATOR) + 1);
        File[] files =
                directory.toFile().listFiles((parent, file) -> file.startsWith(beginning) && file.endsWith(SUFFIX));
        return Stream.of(Objects.requireNonNullElse(files, new File[0]))
                .sorted(Comparator.comparing(File::lastModified))
                .map(File::toPath)
                .toList();
    }
}
