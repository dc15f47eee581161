// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The state of the host runtime's containers on disk, one directory each, so that another JVM sees them. A state
 * appears, changes and disappears at once: it is prepared beside its place and renamed. Every method blocks.
 */
final class HostStore {
    /** Beside the pid, what tells the process from a later one of the same number. */
    static final String START_TIME = "processStartTime";
    /** What tells a container from another of the same id. */
    static final String TOKEN = "token";

    private static final String STATE_FILE = "state.json";
    private static final String CLAIM_FILE = "begun";

    private final Path root;

    HostStore(Path root) {
        this.root = root;
    }

    void create(ContainerId id, ContainerState state) throws IOException {
        Files.createDirectories(root, PosixFilePermissions.asFileAttribute(Paths.OWNER_ONLY));
        Path place = place();
        Path prepared = hidden(place);
        Files.createDirectory(prepared, PosixFilePermissions.asFileAttribute(Paths.OWNER_ONLY));
        try {
            OciJson.write(prepared.resolve(STATE_FILE), state);
            Files.move(prepared, place.resolve(id.value()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            remove(prepared);
            if (Files.exists(place.resolve(id.value()))) {
                throw new ContainerAlreadyExistsException(id, null);
            }
            throw e;
        }
    }

    /** Lets one of all JVMs start or end a container that was created; returns false for every other. */
    boolean claim(ContainerId id) throws IOException {
        try {
            Files.createFile(place().resolve(id.value()).resolve(CLAIM_FILE));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw new NoSuchContainerException(id, null);
        }
    }

    void write(ContainerId id, ContainerState state) throws IOException {
        Path directory = place().resolve(id.value());
        Path prepared = directory.resolve("." + UUID.randomUUID());
        try {
            OciJson.write(prepared, state);
            Files.move(prepared, directory.resolve(STATE_FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (UncheckedIOException | NoSuchFileException e) {
            if (!Files.exists(directory)) {
                throw new NoSuchContainerException(id, null);
            }
            throw e;
        }
    }

    /** Returns the state as it is now: what was running is stopped once its process is gone. */
    ContainerState read(ContainerId id) throws IOException {
        try {
            return current(OciJson.read(place().resolve(id.value()).resolve(STATE_FILE), ContainerState.class));
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                throw new NoSuchContainerException(id, null);
            }
            throw e;
        }
    }

    /** Returns the state as {@link #read} does, and a state of unknown status if it is there and cannot be read. */
    ContainerState readAnyway(ContainerId id) throws IOException {
        try {
            return read(id);
        } catch (NoSuchContainerException | UncheckedIOException | OciJsonException e) {
            Path directory = place().resolve(id.value());
            if (!Files.isDirectory(directory)) {
                throw new NoSuchContainerException(id, null);
            }
            return ContainerState.of(id.value(), ContainerStatus.UNKNOWN, null, "");
        }
    }

    /** Returns all containers, those whose state cannot be read with the status unknown. */
    List<ContainerState> list() throws IOException {
        List<ContainerState> states = new ArrayList<>();
        Path place = place();
        if (Files.isDirectory(place)) {
            for (ContainerId id : ids(place)) {
                addIfThere(states, id);
            }
        }
        return states;
    }

    /** Removes a container, also one that is gone already. */
    void delete(ContainerId id) throws IOException {
        Path place = place();
        Path removed = hidden(place);
        try {
            Files.move(place.resolve(id.value()), removed, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        }
        remove(removed);
    }

    /** Returns what tells the container from another of the same id; its id if nothing else does. */
    static String token(ContainerState state) {
        return state.unknown().get(TOKEN) instanceof String token ? token : state.id();
    }

    static boolean isSameProcess(ContainerState state, int pid) {
        OptionalLong startTime = ProcFiles.startTime(pid);
        return startTime.isPresent()
                && state.unknown().get(START_TIME) instanceof Number number
                && number.longValue() == startTime.getAsLong();
    }

    private static ContainerState current(ContainerState state) {
        Integer pid = state.pid();
        boolean isGone = state.status() == ContainerStatus.RUNNING && (pid == null || !isSameProcess(state, pid));
        return isGone ? state.withStatus(ContainerStatus.STOPPED).withPid(null) : state;
    }

    /** Whoever could write here could have us kill a process of their choice. */
    private Path place() throws IOException {
        return Paths.toTrusted("root of the host runtime", root);
    }

    /** No container id begins with a dot. */
    private static Path hidden(Path place) {
        return place.resolve("." + UUID.randomUUID());
    }

    private static List<ContainerId> ids(Path place) throws IOException {
        try (Stream<Path> entries = Files.list(place)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .flatMap(HostStore::toId)
                    .toList();
        }
    }

    private static Stream<ContainerId> toId(String name) {
        try {
            return Stream.of(ContainerId.of(name));
        } catch (IllegalArgumentException e) {
            // What has no name of a container is none of ours, or is hidden.
            return Stream.empty();
        }
    }

    private void addIfThere(List<ContainerState> states, ContainerId id) throws IOException {
        try {
            states.add(readAnyway(id));
        } catch (NoSuchContainerException e) {
            // It was deleted since the directory was listed.
            return;
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
