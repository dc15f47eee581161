// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Children of Runflux. */
final class RunfluxLiveContender implements LiveContender {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int AT_ONCE = 64;

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private final Disposable.Composite readers = Disposables.composite();
    private final ProcessSpec spec;

    RunfluxLiveContender(Path child, boolean hasOutput) {
        spec = ProcessSpec.program(child)
                .stdout(hasOutput ? Stdio.pipe() : Stdio.nullDevice())
                .build();
    }

    @Override
    public void start(int children) {
        Flux.range(0, children)
                .flatMap(i -> launcher.launch(spec).doOnNext(this::follow), AT_ONCE)
                .then()
                .block(TIMEOUT);
    }

    private void follow(RunningProcess process) {
        readers.add(Mono.when(process.stdout(), process.exit()).subscribe());
    }

    @Override
    public void close() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
        readers.dispose();
    }
}
