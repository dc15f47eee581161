// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Runflux. A launch is over when the process is released too, so that its clean-up is inside the figure. */
final class RunfluxContender implements Contender {
    private static final Duration DISPOSAL_TIMEOUT = Duration.ofSeconds(30);

    private final ProcessLauncher launcher;
    private final Child child;
    private final ProcessSpec spec;

    RunfluxContender(ProcessLauncher launcher, Child child) {
        this.launcher = launcher;
        this.child = child;
        spec = ProcessSpec.program(child.program()).stdout(Stdio.pipe()).build();
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.defer(() -> launchOnce(batch)).repeat(batch::claim).then();
    }

    private Mono<Void> launchOnce(Batch batch) {
        long started = System.nanoTime();
        return launcher.using(spec, this::toEnd).then(Mono.fromRunnable(() -> batch.record(started)));
    }

    private Mono<Void> toEnd(RunningProcess process) {
        Mono<Long> bytes = process.stdout().reduce(0L, (sum, buffer) -> sum + buffer.readableBytes());
        return bytes.flatMap(read -> process.exit()
                .doOnNext(status -> child.check("Runflux", status.code(), read))
                .then());
    }

    @Override
    public void close() {
        launcher.disposeLater(Duration.ZERO).block(DISPOSAL_TIMEOUT);
    }
}
