// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.metrics.MeterRecorder;
import io.runflux.metrics.OperationObserver;
import io.runflux.metrics.RunfluxMeter;
import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool;

/** What a pool tells about itself, under its prefix. */
final class PoolMeters {
    private final String prefix;
    private final OrchestratorMeters meters;

    PoolMeters(String prefix, MeterRecorder recorder) {
        this.prefix = prefix;
        meters = new OrchestratorMeters(recorder, OperationObserver.noOp());
    }

    /** Until {@link #end()}. */
    void watch(ReadyContainers ready, InstrumentedPool.PoolMetrics borrowers) {
        meters.watch(RunfluxMeter.POOL_READY, ready::size, prefix);
        meters.watch(RunfluxMeter.POOL_BORROWED, borrowers::acquiredSize, prefix);
        meters.watch(RunfluxMeter.POOL_WAITING, borrowers::pendingAcquireSize, prefix);
    }

    Mono<ContainerInfo> creating(Mono<ContainerInfo> creation) {
        return meters.timed(
                creation, (nanos, outcome, error) -> meters.time(RunfluxMeter.POOL_CREATION, nanos, prefix, outcome));
    }

    void end() {
        meters.end();
    }
}
