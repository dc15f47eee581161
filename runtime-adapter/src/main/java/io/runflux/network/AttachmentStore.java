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
import java.nio.file.DirectoryStream;
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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is written down of attachments, a file each. A file appears and changes at once, and is on disk before the call
 * that wrote it returns: an attachment that nobody knows of could not be deleted. Every method blocks.
 */
final class AttachmentStore {
    private static final Logger log = LoggerFactory.getLogger(AttachmentStore.class);
    /** None of the names can hold it. */
    private static final String SEPARATOR = "@";

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
        refuseSecond(attached);
        Path prepared = prepare(attached);
        try {
            Files.createLink(file(attached.network(), attached.attachment()), prepared);
        } catch (FileAlreadyExistsException e) {
            throw alreadyAttached(attached, attached.network().name());
        } finally {
            Files.deleteIfExists(prepared);
        }
        force(directory);
    }

    /** If another network had the interface, cleaning up after the failure of this one would take it away. */
    private void refuseSecond(AttachedNetwork attached) throws IOException {
        CniAttachment attachment = attached.attachment();
        for (Path file : list()) {
            String[] names = String.valueOf(file.getFileName()).split(SEPARATOR, -1);
            boolean isSame = names.length == 3
                    && names[0].equals(attachment.container().value())
                    && names[2].equals(attachment.interfaceName() + SUFFIX);
            if (isSame) {
                throw alreadyAttached(attached, names[1]);
            }
        }
    }

    private static CniException alreadyAttached(AttachedNetwork attached, String network) {
        CniAttachment attachment = attached.attachment();
        return CniException.of(
                Reason.ALREADY_ATTACHED,
                "container " + attachment.container() + " is attached with interface " + attachment.interfaceName()
                        + " already, to network " + network,
                null);
    }

    /** Writes down what came of it. */
    void finish(AttachedNetwork attached) throws IOException {
        Path prepared = prepare(attached);
        try {
            Files.move(prepared, file(attached.network(), attached.attachment()), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(prepared);
        }
        force(directory);
    }

    Optional<AttachedNetwork> find(CniNetwork network, CniAttachment attachment) throws IOException {
        return isThere() ? read(file(network, attachment)) : Optional.empty();
    }

    /** What is written down counts, unless nobody can read it: it must be possible to delete it all the same. */
    AttachedNetwork findOr(AttachedNetwork given) throws IOException {
        try {
            return find(given.network(), given.attachment()).orElse(given);
        } catch (NetworkException e) {
            log.warn("{}, what was given counts", e.getMessage());
            return given;
        }
    }

    List<Path> list() throws IOException {
        if (!isThere()) {
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

    /** With what a crash left of its writing. */
    void remove(AttachedNetwork attached) throws IOException {
        if (!isThere()) {
            return;
        }
        Path file = file(attached.network(), attached.attachment());
        Files.deleteIfExists(file);
        try (DirectoryStream<Path> halves = Files.newDirectoryStream(directory, "." + file.getFileName() + ".*")) {
            for (Path half : halves) {
                Files.deleteIfExists(half);
            }
        }
    }

    /** What others could have put there would have plugins do what they like. */
    private boolean isThere() throws IOException {
        if (!Files.exists(directory)) {
            return false;
        }
        TrustedFiles.ofThisUser().checkDirectory(directory);
        return true;
    }

    private Path file(CniNetwork network, CniAttachment attachment) {
        return directory.resolve(
                attachment.container() + SEPARATOR + network.name() + SEPARATOR + attachment.interfaceName() + SUFFIX);
    }

    private static boolean isRecord(String name) {
        return !name.startsWith(".") && name.endsWith(SUFFIX);
    }

    private Path prepare(AttachedNetwork attached) throws IOException {
        Path file = file(attached.network(), attached.attachment());
        Path prepared = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID());
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
        if (attached.namespaceInode() != null) {
            values.put("namespaceInode", attached.namespaceInode());
        }
        if (attached.result() != null) {
            values.put("result", attached.result().json());
        }
        return OciJson.write(values);
    }

    private static AttachedNetwork parse(JsonTree tree) {
        JsonTree texts = tree.object("arguments");
        Map<String, String> arguments = new LinkedHashMap<>();
        texts.values().keySet().forEach(name -> arguments.put(name, texts.text(name)));
        CniAttachment attachment = new CniAttachment(
                ContainerId.of(tree.text("container")),
                Path.of(tree.text("namespace")),
                tree.text("interface"),
                arguments,
                tree.object("capabilities").values());
        String result = tree.textOrNull("result");
        return new AttachedNetwork(
                CniNetwork.parse(tree.text("network")),
                attachment,
                tree.longOrNull("namespaceInode"),
                result == null ? null : CniResult.parse(result));
    }
}
