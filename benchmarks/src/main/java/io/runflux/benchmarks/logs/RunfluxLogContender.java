// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.logs;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.events.ExitStatus;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.CreateOptions;
import io.runflux.stdio.LogReader;
import io.runflux.stdio.LogStart;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamIo;
import io.runflux.stdio.UpstreamOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Runflux. The output is written when the file is closed, and a follower is at its end when it has seen all of it. */
final class RunfluxLogContender implements LogContender {
    private final LogContainer container;
    private final StdioUri log;
    private final UpstreamOptions options;
    private final boolean isFollowed;
    private @Nullable UpstreamIo upstream;
    private @Nullable ContainerProcess process;
    private @Nullable ExitStatus status;
    private long followed;

    RunfluxLogContender(LogContainer container, String maxSize, boolean isFollowed) {
        this.container = container;
        this.isFollowed = isFollowed;
        log = StdioUri.file(container.logs().resolve("log"))
                .with("format", "cri")
                .with("overflow", "wait")
                .with("max-size", maxSize)
                .with("max-files", "1000");
        options = UpstreamOptions.defaults().withAllowedRoots(container.logs());
    }

    @Override
    public void create() {
        CreateOptions pipes = CreateOptions.defaults().withStdio(ContainerStdio.outputPipes());
        upstream = UpstreamIo.open(log, options).block(LogContainer.TIMEOUT);
        process = container
                .runtime()
                .create(container.id(), container.bundle(), pipes)
                .block(LogContainer.TIMEOUT);
    }

    @Override
    public void runToEnd() {
        Mono<Void> written = write(Objects.requireNonNull(process), Objects.requireNonNull(upstream));
        (isFollowed ? followUntil(written) : written).block(LogContainer.TIMEOUT);
    }

    private Mono<Void> write(ContainerProcess running, UpstreamIo log) {
        Mono<Void> start = container
                .runtime()
                .start(container.id())
                .then(running.exit())
                .doOnNext(end -> status = end)
                .then();
        return Mono.when(
                        log.sendStdout(running.stdout().retain()),
                        log.sendStderr(running.stderr().retain()),
                        start)
                .then(log.close());
    }

    private Mono<Void> followUntil(Mono<Void> written) {
        Mono<Void> end = written.cache();
        return LogReader.of(log, options)
                .follow(LogStart.beginning(), end)
                .doOnNext(record -> followed += record.content().remaining())
                .then(end);
    }

    @Override
    public void delete() {
        check("bytes lost", Objects.requireNonNull(upstream).lostBytes(), 0);
        check("exit code", Objects.requireNonNull(status).code(), 0);
        if (isFollowed) {
            check("bytes read", followed, container.bytes());
        }
        followed = 0;
        Objects.requireNonNull(process).release().block(LogContainer.TIMEOUT);
        container.delete();
    }

    private static void check(String what, long is, long expected) {
        if (is != expected) {
            throw new MeasurementException("Runflux, " + what + ": " + is + " instead of " + expected);
        }
    }
}
