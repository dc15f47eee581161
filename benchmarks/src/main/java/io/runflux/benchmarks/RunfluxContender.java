// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** Runflux. A launch is over when the process is released too, so that its clean-up is inside the figure. */
final class RunfluxContender implements Contender {
    private static final Duration DISPOSAL_TIMEOUT = Duration.ofSeconds(30);

    private final ProcessLauncher launcher;
    private final ProcessSpec spec;

    RunfluxContender(ProcessLauncher launcher, List<String> command) {
        this.launcher = launcher;
        spec = ProcessSpec.program(Path.of(command.get(0)))
                .arguments(command.subList(1, command.size()))
                .stdout(Stdio.pipe())
                .build();
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.defer(() -> launchOnce(batch)).repeat(batch::claim).then();
    }

    private Mono<Void> launchOnce(Batch batch) {
        long started = System.nanoTime();
        return launcher.using(spec, RunfluxContender::toEnd).then(Mono.fromRunnable(() -> batch.record(started)));
    }

    private static Mono<Void> toEnd(RunningProcess process) {
        return process.stdout().then(process.exit()).flatMap(RunfluxContender::successOrError);
    }

    private static Mono<Void> successOrError(ExitStatus status) {
        return status.isSuccess()
                ? Mono.empty()
                : Mono.error(() -> new ChildFailedException("Runflux", "ended with " + status.code()));
    }

    @Override
    public void close() {
        launcher.disposeLater(Duration.ZERO).block(DISPOSAL_TIMEOUT);
    }
}
