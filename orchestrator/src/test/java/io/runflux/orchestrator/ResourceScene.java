// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.network.CniAttachment;
import io.runflux.network.CniNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A keeper with networks that are not real, directories that are, and a log of what is done. */
final class ResourceScene {
    static final ContainerId ID = ContainerId.of("c1");
    static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path directory;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final FakeNetworks networks = new FakeNetworks(log::add);
    private final FakeOciRuntime runtime = new FakeOciRuntime(log::add);
    private final ResourceKeeper keeper;

    ResourceScene(Path directory) throws IOException {
        this.directory = directory.toRealPath();
        Files.createDirectory(root());
        keeper = ResourceKeeper.of(
                new Scene.NoLauncher(),
                ResourceOptions.defaults().withStateDirectory(state()).withRoots(List.of(root())),
                networks,
                networks);
    }

    Path root() {
        return directory.resolve("root");
    }

    Path state() {
        return directory.resolve("records");
    }

    FakeNetworks networks() {
        return networks;
    }

    FakeOciRuntime runtime() {
        return runtime;
    }

    ResourceKeeper keeper() {
        return keeper;
    }

    Resources open() {
        return keeper.open(ID, runtime);
    }

    List<String> log() {
        return List.copyOf(log);
    }

    /** A file that is held. */
    Path hold(Resources resources, String name) {
        Path file = root().resolve(name);
        resources
                .acquire(new Resource.RegularFile(file), FileWork.call(() -> Files.createFile(file)))
                .block(LIMIT);
        return file;
    }

    void attach(Resources resources, String network) {
        CniNetwork described = FakeNetworks.network(network);
        resources
                .attach(
                        described,
                        CniAttachment.of(ID, Path.of("/fake/netns/x")).withInterfaceName(network))
                .block(LIMIT);
    }

    SweepReport sweep() {
        return keeper.sweep(runtime).blockOptional(LIMIT).orElseThrow();
    }

    /** A record as somebody else would have left it. */
    void leave(String name, ResourceRecord record) throws IOException {
        new ResourceRecords(state()).write(name, record);
    }

    List<Path> records() {
        if (!Files.isDirectory(state())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(state())) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String onlyRecord() {
        try {
            return Files.readString(records().get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
