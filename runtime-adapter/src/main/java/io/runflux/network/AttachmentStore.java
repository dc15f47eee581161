// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.events.ContainerId;
import io.runflux.files.TrustedFiles;
import io.runflux.network.CniException.Reason;
import io.runflux.oci.OciJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is written down of attachments, a file each. A file appears and changes at once, and is on disk before the call
 * that wrote it returns: an attachment that nobody knows of could not be deleted. Every method blocks.
 */
final class AttachmentStore {
    private static final String SUFFIX = ".json";
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;

    AttachmentStore(Path directory) {
        this.directory = directory;
    }

    /** Writes down that the plugins are about to be called, for one of all who want to. */
    void begin(AttachedNetwork attached) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY);
        TrustedFiles.ofThisUser().checkDirectory(directory);
        Path prepared = prepare(attached);
        try {
            Files.createLink(file(attached.network(), attached.attachment()), prepared);
        } catch (FileAlreadyExistsException e) {
            throw CniException.of(Reason.ALREADY_ATTACHED, attached.words() + " are attached already", null);
        } finally {
            Files.deleteIfExists(prepared);
        }
        force(directory);
    }

    /** Writes down what came of it. */
    void finish(AttachedNetwork attached) throws IOException {
        Path prepared = prepare(attached);
        Files.move(prepared, file(attached.network(), attached.attachment()), StandardCopyOption.ATOMIC_MOVE);
        force(directory);
    }

    Optional<AttachedNetwork> find(CniNetwork network, CniAttachment attachment) throws IOException {
        return read(file(network, attachment));
    }

    List<Path> list() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> isRecord(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    /** Returns what a file says; nothing if it has gone. */
    Optional<AttachedNetwork> read(Path file) throws IOException {
        try {
            return Optional.of(parse(JsonTree.read("attachment", Files.readString(file))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new NetworkException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    void remove(AttachedNetwork attached) throws IOException {
        Files.deleteIfExists(file(attached.network(), attached.attachment()));
    }

    /** None of the names can hold what separates them. */
    private Path file(CniNetwork network, CniAttachment attachment) {
        return directory.resolve(
                attachment.container() + "@" + network.name() + "@" + attachment.interfaceName() + SUFFIX);
    }

    private static boolean isRecord(String name) {
        return !name.startsWith(".") && name.endsWith(SUFFIX);
    }

    private Path prepare(AttachedNetwork attached) throws IOException {
        Path prepared = directory.resolve("." + UUID.randomUUID());
        Set<StandardOpenOption> isNew = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(prepared, isNew, OWNER_ONLY_FILE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(toJson(attached));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            return prepared;
        } catch (IOException e) {
            Files.deleteIfExists(prepared);
            throw e;
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String toJson(AttachedNetwork attached) {
        CniAttachment attachment = attached.attachment();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("container", attachment.container().value());
        values.put("namespace", attachment.namespace().toString());
        values.put("interface", attachment.interfaceName());
        values.put("arguments", attachment.arguments());
        values.put("capabilities", attachment.capabilities());
        values.put("network", attached.network().json());
        if (attached.result() != null) {
            values.put("result", attached.result().json());
        }
        return OciJson.write(values);
    }

    private static AttachedNetwork parse(JsonTree tree) {
        JsonTree arguments = tree.object("arguments");
        CniAttachment attachment = new CniAttachment(
                ContainerId.of(tree.text("container")),
                Path.of(tree.text("namespace")),
                tree.text("interface"),
                arguments.values().keySet().stream().collect(Collectors.toMap(name -> name, arguments::text)),
                tree.object("capabilities").values());
        String result = tree.textOrNull("result");
        return new AttachedNetwork(
                CniNetwork.parse(tree.text("network")), attachment, result == null ? null : CniResult.parse(result));
    }
}
