// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.process.ProcessStartException.Reason;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One launch, started on the thread that runs this. */
final class JdkLaunch extends HandOver<RunningProcess> implements Runnable, JdkOwned {
    private final JdkProcessLauncher launcher;
    private final ProcessSpec spec;
    private final Sinks.Empty<Void> started = Sinks.empty();

    JdkLaunch(JdkProcessLauncher launcher, ProcessSpec spec, CoreSubscriber<? super RunningProcess> subscriber) {
        super(subscriber);
        this.launcher = launcher;
        this.spec = spec;
    }

    @Override
    void start() {
        launcher.start(this);
    }

    @Override
    public void run() {
        try {
            if (!isCancelled()) {
                deliver(startProcess());
            }
        } catch (ProcessStartException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new ProcessStartException(Reason.OTHER, "cannot start " + spec.program() + ": " + e, e));
        } finally {
            end();
        }
    }

    private JdkRunningProcess startProcess() {
        checkNotDisposed();
        JdkRunningProcess process = new JdkRunningProcess(JdkStart.start(spec), spec, launcher);
        launcher.replace(this, process);
        process.begin();
        if (launcher.isDisposed()) {
            process.discard();
        }
        checkNotDisposed();
        return process;
    }

    private void checkNotDisposed() {
        if (launcher.isDisposed()) {
            throw failure(Reason.DISPOSED, "the launcher was disposed of");
        }
    }

    private ProcessStartException failure(Reason reason, String words) {
        return new ProcessStartException(reason, "cannot start " + spec.program() + ": " + words, null);
    }

    /** Ends a launch that no thread was found for. */
    void reject(Reason reason, String words) {
        end();
        fail(failure(reason, words));
    }

    private void end() {
        launcher.disown(this);
        started.tryEmitEmpty();
    }

    @Override
    void discard(RunningProcess process) {
        ((JdkRunningProcess) process).discard();
    }

    @Override
    public Mono<Void> started() {
        return started.asMono();
    }

    @Override
    public Mono<Void> terminate() {
        return started();
    }

    @Override
    public Mono<Void> release() {
        return started();
    }
}
