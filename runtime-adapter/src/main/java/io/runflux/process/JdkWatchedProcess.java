// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A process that somebody else started. It is looked at from time to time, since the JDK's own watching can starve. */
final class JdkWatchedProcess implements WatchedProcess, JdkOwned {
    private static final long POLL_MILLIS = 100;

    private final ProcessHandle handle;
    private final JdkProcessLauncher launcher;
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final Disposable.Swap poll = Disposables.swap();

    JdkWatchedProcess(ProcessHandle handle, JdkProcessLauncher launcher) {
        this.handle = handle;
        this.launcher = launcher;
    }

    void begin() {
        poll.update(Schedulers.parallel()
                .schedulePeriodically(this::look, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void look() {
        if (!handle.isAlive()) {
            letGo();
        }
    }

    private void letGo() {
        poll.dispose();
        exit.tryEmitValue(ExitStatus.unknown());
        launcher.disown(this);
    }

    @Override
    public int pid() {
        return Math.toIntExact(handle.pid());
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> JdkSignals.send(handle, signal));
    }

    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return Mono.error(() -> new ProcessException(
                "signalling the group of process " + pid() + ": that needs the native launcher", null));
    }

    @Override
    public Mono<Void> started() {
        return Mono.empty();
    }

    /** It is not ours to end. */
    @Override
    public Mono<Void> terminate() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(this::letGo);
    }
}
