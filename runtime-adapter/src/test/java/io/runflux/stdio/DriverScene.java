// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessLauncherBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Flux;

/** A directory with a logging driver that is a small script. */
final class DriverScene {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    static final int CHUNK_BYTES = 40_000;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().kind(ProcessLauncherBuilder.Kind.NATIVE).build();
    private Path root = Path.of("/none");
    private DriverLimits limits = DriverLimits.defaults();

    void use(Path directory) {
        try {
            root = directory.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        limits = DriverLimits.defaults();
    }

    void limit(DriverLimits value) {
        limits = value;
    }

    Path file(String name) {
        return root.resolve(name);
    }

    Path executable() {
        return file("driver");
    }

    /** Writes a script, which finds its own directory in {@code $D}. */
    DriverScene script(String... lines) {
        try {
            Files.writeString(executable(), "#!/bin/sh\nD=" + root + "\n" + String.join("\n", lines) + "\n");
            Files.setPosixFilePermissions(executable(), PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    StdioUri uri() {
        return StdioUri.driver(executable());
    }

    StdioUri uri2() {
        return StdioUri.parse("binary-v2://" + executable());
    }

    DriverOptions drivers() {
        return DriverOptions.of(launcher, ContainerId.of("c1"), "tests")
                .withAllowedExecutables(executable())
                .withLimits(limits);
    }

    UpstreamOptions options() {
        return UpstreamOptions.defaults().withDrivers(drivers());
    }

    UpstreamIo open(StdioUri uri) {
        return Objects.requireNonNull(UpstreamIo.open(uri, options()).block(TIMEOUT));
    }

    String content(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void touch(String name) {
        try {
            Files.createFile(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the driver has made that file. */
    void await(String name) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!Files.exists(file(name)) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(file(name)).exists();
    }

    void dispose() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    /** Returns lines of many bytes each, which are numbered. */
    static Flux<ByteBuf> chunks(int count, AtomicInteger asked) {
        return Flux.range(0, count)
                .doOnNext(i -> asked.incrementAndGet())
                .map(i -> Unpooled.copiedBuffer(chunk(i), StandardCharsets.US_ASCII));
    }

    static String chunk(int number) {
        return String.format("%05d%s\n", number, "x".repeat(CHUNK_BYTES - 6));
    }
}
