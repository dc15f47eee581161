// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runflux.events.ContainerId;
import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessLauncherBuilder.Kind;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A native launcher, disposed of after each test, a directory, and a few words. */
abstract class NetworkFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    static final ContainerId CONTAINER = ContainerId.of("c1");

    final ProcessLauncher launcher = ProcessLauncher.builder().kind(Kind.NATIVE).build();

    @TempDir
    Path directory = Path.of("/");

    @BeforeEach
    void resolveDirectory() throws IOException {
        directory = directory.toRealPath();
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    static <T> T get(Mono<T> work) {
        return Objects.requireNonNull(work.block(TIMEOUT));
    }

    static void run(Mono<Void> work) {
        work.block(TIMEOUT);
    }

    static CniException errorOf(Mono<?> work) {
        return Objects.requireNonNull(catchThrowableOfType(CniException.class, () -> work.block(TIMEOUT)));
    }

    /** What went wrong besides, without what Reactor adds. */
    static List<String> furtherErrors(Throwable error) {
        return Stream.of(error.getSuppressed())
                .filter(NetworkException.class::isInstance)
                .map(Throwable::getMessage)
                .toList();
    }

    /** What a command writes, which has to end well. */
    String output(String program, String... arguments) {
        ProcessSpec spec = ProcessSpec.lookup(program, Programs.PATH)
                .arguments(arguments)
                .environment("PATH", Programs.PATH)
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        CapturedOutput output = get(launcher.capture(spec, CaptureLimits.defaults()));
        assertThat(output.status().isSuccess())
                .as(program + " " + List.of(arguments) + ": " + output.stderr())
                .isTrue();
        return output.stdout();
    }

    String inNamespace(NetworkNamespace namespace, String... command) {
        return output(
                "nsenter",
                Stream.concat(Stream.of("--net=" + namespace.path(), "--"), Stream.of(command))
                        .toArray(String[]::new));
    }

    static List<String> namesIn(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void awaitUntil(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(MILLISECONDS.toNanos(5));
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
