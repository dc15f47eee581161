// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.WarmPool;
import io.runflux.orchestrator.WarmPoolOptions;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.DeleteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Starts of containers, each of which is removed, and the pool full again, before the next. */
final class Starts implements Contender {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(2);
    private static final int READY = 2;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final AtomicInteger made = new AtomicInteger();
    private final Orchestrator orchestrator;
    private final WarmPool pool;
    private final Path bundle;
    private final boolean isWarm;

    Starts(Path binary, Path root, Path bundle, boolean isWarm) {
        this.bundle = bundle;
        this.isWarm = isWarm;
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> Runtimes.open(shared, binary, root))
                .build();
        pool = WarmPool.of(orchestrator, "warm", id -> LaunchRequest.bundle(id, bundle), WarmPoolOptions.of(READY));
        if (isWarm) {
            pool.warmUp().block(TIMEOUT);
        }
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.defer(() -> isWarm ? borrowOnce(batch) : launchOnce(batch))
                .repeat(batch::claim)
                .then();
    }

    private Mono<Void> borrowOnce(Batch batch) {
        long started = System.nanoTime();
        return pool.withContainer(worker -> Mono.fromRunnable(() -> batch.record(started)))
                .then(full());
    }

    /** Completes when as many wait as there are to be. */
    private Mono<Void> full() {
        return Flux.interval(LOOK)
                .onBackpressureDrop()
                .filter(look -> pool.status().ready() == READY)
                .next()
                .then();
    }

    private Mono<Void> launchOnce(Batch batch) {
        long started = System.nanoTime();
        ContainerId id = ContainerId.of("cold-" + ProcessHandle.current().pid() + "-" + made.incrementAndGet());
        return orchestrator
                .launch(LaunchRequest.bundle(id, bundle))
                .doOnNext(info -> batch.record(started))
                .then(orchestrator.remove(id, DeleteOptions.defaults().withForce(true)));
    }

    @Override
    public void close() {
        pool.disposeLater()
                .then(orchestrator.disposeLater())
                .then(launcher.disposeLater(Duration.ZERO))
                .block(TIMEOUT);
    }
}
