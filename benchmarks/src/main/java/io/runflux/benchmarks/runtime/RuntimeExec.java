// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.ExecOptions;
import io.runflux.runtime.OciRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** Processes in one container, by the client of a runtime. */
final class RuntimeExec implements Contender {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final ContainerId id =
            ContainerId.of("runflux-exec-" + ProcessHandle.current().pid());
    private final OciRuntime runtime;
    private final OciProcess process;

    RuntimeExec(Path binary, Path root, Path bundle, String program) {
        runtime = Runtimes.open(launcher, binary, root);
        process = OciProcess.of(List.of(program));
        runtime.create(id, bundle, CreateOptions.defaults())
                .then(runtime.start(id))
                .block(TIMEOUT);
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.defer(() -> executeOnce(batch)).repeat(batch::claim).then();
    }

    private Mono<Void> executeOnce(Batch batch) {
        long started = System.nanoTime();
        return Mono.usingWhen(
                        runtime.exec(id, process, ExecOptions.defaults()),
                        running -> running.exit().doOnNext(RuntimeExec::check),
                        ContainerProcess::release)
                .then(Mono.fromRunnable(() -> batch.record(started)));
    }

    private static void check(ExitStatus status) {
        if (!status.isSuccess()) {
            throw new MeasurementException("the process ended with " + status.code());
        }
    }

    @Override
    public void close() {
        runtime.delete(id, DeleteOptions.defaults().withForce(true))
                .then(launcher.disposeLater(Duration.ZERO))
                .block(TIMEOUT);
    }
}
