// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.WatchedProcess;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A task that is watched from outside. */
final class FakeWatch implements WatchedProcess {
    private final Task task;
    private final Sinks.Empty<Void> released = Sinks.empty();

    FakeWatch(Task task) {
        this.task = task;
    }

    @Override
    public int pid() {
        return task.pid();
    }

    @Override
    public Mono<ExitStatus> exit() {
        return Mono.firstWithSignal(task.exit(), released.asMono().thenReturn(ExitStatus.unknown()));
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> task.send(signal));
    }

    /** Each process of the fake leads its group, and is all of it. */
    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return signal(signal);
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(released::tryEmitEmpty);
    }
}
