// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.logs;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.runtime.RuntimeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** conmon, which stays in the foreground and ends when the container has and its output is written. */
final class ConmonLogContender implements LogContender {
    static final Path PROGRAM = Path.of("/usr/bin/conmon");
    private static final String NAME = "conmon";
    private static final Duration LOOK = Duration.ofMillis(5);

    private final LogContainer container;
    private final ProcessSpec spec;
    private final Path log;
    private final Path pidFile;
    private @Nullable RunningProcess conmon;

    ConmonLogContender(LogContainer container) {
        this.container = container;
        log = container.logs().resolve("log");
        pidFile = container.logs().resolve("pid");
        spec = ProcessSpec.program(PROGRAM)
                .arguments(arguments())
                .environment("PATH", RuntimeConfig.TRUSTED_PATH)
                .build();
    }

    private List<String> arguments() {
        String id = container.id().value();
        List<String> arguments = new ArrayList<>(List.of("--sync", "--full-attach", "--no-sync-log"));
        arguments.addAll(List.of("--cid", id, "--cuuid", id));
        arguments.addAll(List.of("--bundle", container.bundle().toString()));
        arguments.addAll(List.of("--runtime", LogBenchmark.RUNC.toString()));
        arguments.addAll(List.of(
                "--runtime-arg", "--root", "--runtime-arg", container.root().toString()));
        arguments.addAll(List.of("--container-pidfile", pidFile.toString()));
        arguments.addAll(List.of("--log-path", "k8s-file:" + log));
        arguments.addAll(List.of("--socket-dir-path", container.logs().toString()));
        return arguments;
    }

    @Override
    public void create() {
        conmon = container.launcher().launch(spec).block(LogContainer.TIMEOUT);
        Flux.interval(LOOK)
                .onBackpressureDrop()
                .filter(tick -> sizeOf(pidFile) > 0)
                .next()
                .block(LogContainer.TIMEOUT);
    }

    @Override
    public void runToEnd() {
        container.start();
        ExitStatus status = Objects.requireNonNull(conmon).exit().block(LogContainer.TIMEOUT);
        if (!Objects.requireNonNull(status).isSuccess()) {
            throw new MeasurementException(NAME + " ended with " + status.code());
        }
    }

    @Override
    public void delete() {
        if (sizeOf(log) <= container.bytes()) {
            throw new MeasurementException(NAME + " wrote " + sizeOf(log) + " bytes");
        }
        Objects.requireNonNull(conmon).release().block(LogContainer.TIMEOUT);
        container.delete();
    }

    private static long sizeOf(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
