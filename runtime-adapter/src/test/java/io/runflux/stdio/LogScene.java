// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** A directory for logs, and what tests do with it. */
final class LogScene {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    static final LogScene NONE = new LogScene(Path.of("/none"));

    private final Path root;

    private LogScene(Path root) {
        this.root = root;
    }

    static LogScene in(Path directory) {
        try {
            return new LogScene(directory.toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path root() {
        return root;
    }

    Path log() {
        return root.resolve("c1.log");
    }

    StdioUri uri() {
        return StdioUri.file(log());
    }

    UpstreamOptions options() {
        return UpstreamOptions.defaults().withAllowedRoots(root);
    }

    UpstreamIo open(StdioUri uri) {
        return Objects.requireNonNull(UpstreamIo.open(uri, options()).block(TIMEOUT));
    }

    /** Writes to standard output from opening to closing. */
    void write(StdioUri uri, String... chunks) {
        UpstreamIo upstream = open(uri);
        upstream.sendStdout(bytes(chunks)).block(TIMEOUT);
        upstream.close().block(TIMEOUT);
    }

    LogReader reader(StdioUri uri) {
        return LogReader.of(uri, options());
    }

    /** Reads everything that is kept, as text. */
    String read(StdioUri uri, LogStart start) {
        return String.join(
                "",
                Objects.requireNonNull(reader(uri)
                        .read(start)
                        .map(LogRecord::text)
                        .collectList()
                        .block(TIMEOUT)));
    }

    String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> files() {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Flux<ByteBuf> bytes(String... chunks) {
        return Flux.fromArray(chunks).map(LogScene::buffer);
    }

    static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
