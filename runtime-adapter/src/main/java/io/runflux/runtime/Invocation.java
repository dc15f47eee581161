// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * What one call of a runtime keeps on disk, in a directory of its own that only this user can enter: its log, so that a
 * message is never that of an earlier call, the pid file, and the process to execute. It is removed on every ending.
 */
final class Invocation {
    private static final int MAX_LOG_BYTES = 1 << 20;

    private final Path directory;
    private boolean isClosed;

    private Invocation(Path directory) {
        this.directory = directory;
    }

    /** Scopes a directory to one piece of work. */
    static <T> Mono<T> use(RuntimeConfig config, Function<Invocation, Mono<T>> work) {
        return Mono.usingWhen(
                open(config), invocation -> invocation.create().then(work.apply(invocation)), Invocation::close);
    }

    /** Scopes a directory to work that closes it itself when it succeeds, before it hands over what it made. */
    static <T> Mono<T> useUnlessSuccessful(RuntimeConfig config, Function<Invocation, Mono<T>> work) {
        return Mono.usingWhen(
                open(config),
                invocation -> invocation.create().then(work.apply(invocation)),
                invocation -> Mono.empty(),
                (invocation, error) -> invocation.close(),
                Invocation::close);
    }

    /** Only names the directory, so that it is known to be closed before it is made. Random names may block. */
    private static Mono<Invocation> open(RuntimeConfig config) {
        return Blocking.call(() -> new Invocation(config.temporaryDirectory().resolve("runflux-" + UUID.randomUUID())));
    }

    Path logFile() {
        return directory.resolve("log.json");
    }

    Path pidFile() {
        return directory.resolve("pid");
    }

    Path processFile() {
        return directory.resolve("process.json");
    }

    Mono<Void> writeProcess(OciProcess process) {
        return Blocking.run(() -> OciJson.write(processFile(), process));
    }

    Mono<Integer> readPid() {
        return Blocking.call(() -> Integer.valueOf(Files.readString(pidFile()).strip()));
    }

    /** Yields the last error of the log; empty if there is none. */
    Mono<String> lastError() {
        return Blocking.call(() -> RuntimeLog.lastError(readLog()).orElse(null));
    }

    /** Removes everything; completes also if there is nothing. */
    Mono<Void> close() {
        return Blocking.run(this::remove);
    }

    private Mono<Void> create() {
        return Blocking.run(this::makeDirectory);
    }

    private synchronized void makeDirectory() throws IOException {
        if (!isClosed) {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(Paths.OWNER_ONLY));
        }
    }

    private synchronized void remove() throws IOException {
        isClosed = true;
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    private String readLog() throws IOException {
        if (!Files.exists(logFile())) {
            return "";
        }
        try (InputStream stream = Files.newInputStream(logFile())) {
            return new String(stream.readNBytes(MAX_LOG_BYTES), StandardCharsets.UTF_8);
        }
    }
}
