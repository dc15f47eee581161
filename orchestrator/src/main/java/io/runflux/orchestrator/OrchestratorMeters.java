// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventStream;
import io.runflux.metrics.MeterRecorder;
import io.runflux.metrics.ObservedOperation;
import io.runflux.metrics.OperationObserver;
import io.runflux.metrics.RunfluxMeter;
import io.runflux.process.ProcessLauncher;
import io.runflux.stdio.UpstreamIo;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * What one orchestrator tells about itself, and to whom. Where nobody listens it hands on what it is given, so that
 * nothing stands in the way of anything.
 */
final class OrchestratorMeters {
    private final MeterRecorder recorder;
    private final OperationObserver observer;
    /** When those began that have not started yet; each is gone when its caller's operation is. */
    private final Map<ContainerId, Long> launches = new ConcurrentHashMap<>();

    private final Disposable.Composite watches = Disposables.composite();

    OrchestratorMeters(MeterRecorder recorder, OperationObserver observer) {
        this.recorder = recorder.guarded();
        this.observer = observer;
    }

    /** Tells nobody. */
    static OrchestratorMeters none() {
        return new OrchestratorMeters(MeterRecorder.noOp(), OperationObserver.noOp());
    }

    private boolean isRecorded() {
        return recorder != MeterRecorder.noOp();
    }

    private boolean isObserved() {
        return observer != OperationObserver.noOp();
    }

    ProcessLauncher launcher(ProcessLauncher launcher) {
        return isRecorded() ? new MeteredLauncher(launcher, this) : launcher;
    }

    EventStream events(EventStream events) {
        return isRecorded() ? new MeteredEvents(events, this) : events;
    }

    UpstreamIo log(UpstreamIo log) {
        return isRecorded() ? new MeteredLog(log, this) : log;
    }

    EmbeddedOrchestrator orchestrator(EmbeddedOrchestrator orchestrator) {
        return isRecorded() || isObserved() ? new MeteredOrchestrator(orchestrator, this) : orchestrator;
    }

    void count(RunfluxMeter meter, long amount, String... tagValues) {
        recorder.count(meter, amount, tagValues);
    }

    void time(RunfluxMeter meter, long nanos, String... tagValues) {
        recorder.time(meter, nanos, tagValues);
    }

    /** Until {@link #end()}. */
    void watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
        watches.add(recorder.watch(meter, value, tagValues));
    }

    /** Until the caller ends it. */
    Disposable watchAlone(RunfluxMeter meter, LongSupplier value, String... tagValues) {
        return recorder.watch(meter, value, tagValues);
    }

    /** Has work timed by how it ends. */
    <T> Mono<T> timed(Mono<T> work, TimedWork.Recording recording) {
        return isRecorded() ? Mono.defer(() -> new TimedWork(recording).around(work)) : work;
    }

    <T> Mono<T> observed(RunfluxMeter meter, List<String> tagValues, @Nullable ContainerId id, Mono<T> work) {
        return isObserved() ? observer.observe(new ObservedOperation(meter, tagValues, id), work) : work;
    }

    /** Times a launch to the start of its program. */
    <T> Mono<T> launching(ContainerId id, Mono<T> launch) {
        return isRecorded() ? Mono.defer(() -> timeLaunch(id, launch)) : launch;
    }

    private <T> Mono<T> timeLaunch(ContainerId id, Mono<T> launch) {
        Long begun = System.nanoTime();
        return launches.putIfAbsent(id, begun) == null ? launch.doFinally(end -> launches.remove(id, begun)) : launch;
    }

    void started(ContainerId id) {
        Long begun = launches.remove(id);
        if (begun != null) {
            recorder.time(RunfluxMeter.LAUNCH, System.nanoTime() - begun);
        }
    }

    /** Nothing is asked for any more. */
    void end() {
        watches.dispose();
    }
}
