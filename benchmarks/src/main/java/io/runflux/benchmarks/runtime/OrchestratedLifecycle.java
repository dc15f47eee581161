// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RunReport;
import io.runflux.orchestrator.RunRequest;
import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Lives of containers by an orchestrator, with guards, events and its own place for each. */
final class OrchestratedLifecycle implements Contender {
    private static final Duration DISPOSAL_TIMEOUT = Duration.ofSeconds(30);

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final AtomicInteger made = new AtomicInteger();
    private final Orchestrator orchestrator;
    private final Path bundle;

    OrchestratedLifecycle(Path binary, Path root, Path bundle) {
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> Runtimes.open(shared, binary, root))
                .build();
        this.bundle = bundle;
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.defer(() -> liveOnce(batch)).repeat(batch::claim).then();
    }

    private Mono<Void> liveOnce(Batch batch) {
        long started = System.nanoTime();
        ContainerId id = ContainerId.of("runflux-" + ProcessHandle.current().pid() + "-" + made.incrementAndGet());
        return orchestrator
                .run(RunRequest.bundle(id, bundle))
                .doOnNext(OrchestratedLifecycle::check)
                .then(Mono.fromRunnable(() -> batch.record(started)));
    }

    private static void check(RunReport report) {
        if (!report.status().isSuccess()) {
            throw new MeasurementException(
                    "the container ended with " + report.status().code());
        }
    }

    @Override
    public void close() {
        orchestrator.disposeLater().then(launcher.disposeLater(Duration.ZERO)).block(DISPOSAL_TIMEOUT);
    }
}
