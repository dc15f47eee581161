// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.logs;

import io.runflux.events.ContainerId;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A container of runc that writes so many bytes in numbered lines of 100, as fast as they are taken, and its files. */
final class LogContainer implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofMinutes(2);
    static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final int LINE_BYTES = 100;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final ContainerId id =
            ContainerId.of("log-" + UUID.randomUUID().toString().substring(0, 8));
    private final long bytes;
    private final Path directory;
    private final OciRuntime runtime;

    private LogContainer(Path binary, Path directory, long bytes) {
        this.directory = directory;
        this.bytes = bytes;
        runtime = OciRuntimes.runc(
                launcher, RuntimeConfig.builder(binary).root(root()).build());
    }

    static LogContainer prepare(Path binary, int mebibytes) throws IOException {
        long lines = mebibytes * 1024L * 1024 / LINE_BYTES;
        LogContainer container = new LogContainer(
                binary, Files.createTempDirectory("runflux-logs").toRealPath(), lines * LINE_BYTES);
        container.write(lines);
        return container;
    }

    /** The lines stand in a file of the root file system, which the kernel has in memory. */
    private void write(long lines) throws IOException {
        Path bin = Files.createDirectories(bundle().resolve("rootfs/bin"));
        Files.createDirectories(bundle().resolve("rootfs/proc"));
        Files.createDirectories(logs());
        Files.copy(BUSYBOX, bin.resolve("cat"));
        try (OutputStream data = new BufferedOutputStream(Files.newOutputStream(bundle().resolve("rootfs/lines")))) {
            for (long line = 0; line < lines; line++) {
                data.write(String.format("%-99d%n", line).getBytes(StandardCharsets.US_ASCII));
            }
        }
        Spec spec = SpecDefaults.defaults().generate(bundle().resolve("rootfs"), List.of("/bin/cat", "/lines"));
        OciJson.write(bundle().resolve(Spec.FILE_NAME), spec);
    }

    ProcessLauncher launcher() {
        return launcher;
    }

    ContainerId id() {
        return id;
    }

    OciRuntime runtime() {
        return runtime;
    }

    Path root() {
        return directory.resolve("root");
    }

    Path bundle() {
        return directory.resolve("bundle");
    }

    Path logs() {
        return directory.resolve("logs");
    }

    /** How much it writes. */
    long bytes() {
        return bytes;
    }

    void start() {
        runtime.start(id).block(TIMEOUT);
    }

    /** Deletes the container and what was logged of it. */
    void delete() {
        runtime.delete(id, DeleteOptions.defaults().withForce(true)).block(TIMEOUT);
        try (Stream<Path> files = Files.list(logs())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the logs cannot be removed", e);
        }
    }

    @Override
    public void close() throws IOException {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
