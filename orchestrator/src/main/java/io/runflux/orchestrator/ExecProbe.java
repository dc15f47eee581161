// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/** Executes a process by a function, which also keeps the limit. */
final class ExecProbe implements HealthProbe {
    private final BiFunction<ContainerStreams, Duration, Mono<ExitStatus>> exec;

    ExecProbe(BiFunction<ContainerStreams, Duration, Mono<ExitStatus>> exec) {
        this.exec = Objects.requireNonNull(exec, "exec");
    }

    @Override
    public Mono<ProbeResult> check(Duration limit) {
        return Mono.defer(() -> exec(limit, new ProbeOutput()));
    }

    private Mono<ProbeResult> exec(Duration limit, ProbeOutput output) {
        ContainerStreams streams = new RelayedStreams(ContainerStdio.outputPipes(), process -> read(process, output));
        return exec.apply(streams, limit)
                .map(status -> ProbeResult.of(status, output.text()))
                .onErrorResume(
                        RunTimeoutException.class, late -> Mono.fromSupplier(() -> CutOff.after(limit, output.text())));
    }

    private static Mono<Void> read(ContainerProcess process, ProbeOutput output) {
        return Mono.when(
                process.stdout().doOnNext(output::add), process.stderr().doOnNext(output::add));
    }
}
