// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.oci.OciJson;
import io.runflux.runtime.RuntimeLog.Said;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What one call of a runtime that needs files keeps on disk, in a directory of its own that only this user can enter:
 * its log, so that a message is never that of an earlier call, the pid file, and the process to execute. It is made
 * when the first file is written or the command is about to be called, and removed on every ending.
 */
final class Invocation {
    private static final Logger log = LoggerFactory.getLogger(Invocation.class);
    private static final int MAX_LOG_BYTES = 1 << 20;
    private static final int ATTEMPTS = 3;
    private static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final @Nullable Path gatheredLog;
    private final boolean isLogText;
    private volatile Mono<Void> lastUse = Mono.empty();
    private boolean isMade;
    private boolean isClosed;
    private volatile boolean isRemoved;

    private Invocation(Path directory, RuntimeConfig config) {
        this.directory = directory;
        gatheredLog = config.log();
        isLogText = config.logFormat() == RuntimeConfig.LogFormat.TEXT;
    }

    /** Scopes a directory to one piece of work. */
    static <T> Mono<T> use(RuntimeConfig config, Function<Invocation, Mono<T>> work) {
        return Mono.usingWhen(open(config), work, Invocation::close);
    }

    /** As {@link #use}, for work that yields many. */
    static <T> Flux<T> useMany(RuntimeConfig config, Function<Invocation, Flux<T>> work) {
        return Flux.usingWhen(open(config), work, Invocation::close);
    }

    /** Scopes a directory to work that closes it itself when it succeeds, before it hands over what it made. */
    static <T> Mono<T> useUnlessSuccessful(RuntimeConfig config, Function<Invocation, Mono<T>> work) {
        return Mono.usingWhen(
                open(config),
                work,
                invocation -> Mono.empty(),
                (invocation, error) -> invocation.closeAfterUse(),
                Invocation::closeAfterUse);
    }

    /** Only names the directory, so that it is known to be closed before it is made. */
    private static Mono<Invocation> open(RuntimeConfig config) {
        return Blocking.call(
                () -> new Invocation(config.temporaryDirectory().resolve(CallDirectories.newName()), config));
    }

    Path logFile() {
        return directory.resolve("log.json");
    }

    Path pidFile() {
        return directory.resolve("pid");
    }

    Path innerPidFile() {
        return directory.resolve("inner-pid");
    }

    /** Where a command may write several files. */
    Path directory() {
        return directory;
    }

    Path resourcesFile() {
        return directory.resolve("resources.json");
    }

    Path processFile() {
        return directory.resolve("process.json");
    }

    Exchange exchange(@Nullable Path consoleSocket, @Nullable Path pidfdSocket) {
        return new Exchange(pidFile(), innerPidFile(), consoleSocket, pidfdSocket);
    }

    /** Writes a value for the command to read; nobody else can. */
    Mono<Void> write(Path file, Object value) {
        return Blocking.run(() -> writeNow(file, value));
    }

    private synchronized void writeNow(Path file, Object value) throws IOException {
        if (!isClosed) {
            makeDirectory();
            OciJson.write(file, value);
        }
    }

    /** Yields a pid that the runtime has left; empty if it has not. */
    static Mono<Integer> readPid(Path file) {
        return Blocking.call(() -> readPidNow(file));
    }

    private static @Nullable Integer readPidNow(Path file) throws IOException {
        try {
            return parsePid(Files.readString(file));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The file is there a moment before its content. */
    private static @Nullable Integer parsePid(String text) {
        return text.isBlank() ? null : Integer.valueOf(text.strip());
    }

    /** Adds the last error of the log. */
    Mono<Said> said(String stderr) {
        return Blocking.call(
                () -> new Said(stderr, RuntimeLog.lastError(readLog()).orElse(null)));
    }

    /** Has a closing on failure or cancellation begin that, and wait for it. */
    void useLast(Mono<Void> use) {
        lastUse = use;
    }

    private Mono<Void> closeAfterUse() {
        return lastUse.onErrorComplete().then(close());
    }

    /** Removes everything; completes also if there is nothing, and at once if that has been done. */
    Mono<Void> close() {
        return Mono.defer(() -> isRemoved ? Mono.empty() : Blocking.run(this::remove));
    }

    /** Makes the directory if that has not been done yet. Blocks. */
    synchronized void makeDirectory() throws IOException {
        if (!isMade && !isClosed) {
            CallDirectories.make(directory);
            isMade = true;
        }
    }

    private synchronized void remove() throws IOException {
        isClosed = true;
        if (!isMade) {
            isRemoved = true;
            return;
        }
        gatherLog();
        for (int attempt = 1; attempt <= ATTEMPTS && !isRemoved; attempt++) {
            isRemoved = removeAll();
        }
        if (!isRemoved) {
            log.debug("{} was written to while it was removed", directory);
        }
    }

    /** Returns false if a command that still runs has written one more file. */
    private boolean removeAll() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return true;
        }
        try {
            return Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** A log that cannot be gathered must not hide what the command said. */
    private void gatherLog() {
        if (gatheredLog == null) {
            return;
        }
        Set<OpenOption> append = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        try (SeekableByteChannel file = Files.newByteChannel(gatheredLog, append, OWNER_ONLY_FILE)) {
            file.write(StandardCharsets.UTF_8.encode(isLogText ? RuntimeLog.toText(readLog()) : readLog() + "\n"));
        } catch (IOException e) {
            log.warn("the log of a command could not be gathered in {}", gatheredLog, e);
        }
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
