// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Lives of containers by the client of a runtime: the same three calls that one would make by hand. */
final class RuntimeLifecycle implements Contender {
    private static final Duration DISPOSAL_TIMEOUT = Duration.ofSeconds(30);

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final AtomicInteger made = new AtomicInteger();
    private final OciRuntime runtime;
    private final Path bundle;

    RuntimeLifecycle(Path binary, Path root, Path bundle) {
        runtime = Runtimes.open(launcher, binary, root);
        this.bundle = bundle;
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.defer(() -> liveOnce(batch)).repeat(batch::claim).then();
    }

    private Mono<Void> liveOnce(Batch batch) {
        long started = System.nanoTime();
        ContainerId id = ContainerId.of("runflux-" + ProcessHandle.current().pid() + "-" + made.incrementAndGet());
        return Mono.usingWhen(
                        runtime.create(id, bundle, CreateOptions.defaults()),
                        process -> runtime.start(id).then(process.exit()).doOnNext(RuntimeLifecycle::check),
                        ContainerProcess::release)
                .then(runtime.delete(id, DeleteOptions.defaults()))
                .then(Mono.fromRunnable(() -> batch.record(started)));
    }

    private static void check(ExitStatus status) {
        if (!status.isSuccess()) {
            throw new MeasurementException("the container ended with " + status.code());
        }
    }

    @Override
    public void close() {
        launcher.disposeLater(Duration.ZERO).block(DISPOSAL_TIMEOUT);
    }
}
