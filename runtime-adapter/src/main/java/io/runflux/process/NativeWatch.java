// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** A process that the launcher did not start, watched on an event loop. */
final class NativeWatch implements WatchedProcess, ExitWatch.Listener {
    private final ExitWatch watch;
    private final Consumer<NativeWatch> onClosed;

    private NativeWatch(Endpoint endpoint, int pid, ExitWatch.Kind kind, Consumer<NativeWatch> onClosed) {
        watch = new ExitWatch(endpoint, pid, kind, this);
        this.onClosed = onClosed;
    }

    /** Opens a watch, on the loop. */
    static NativeWatch open(NativeSettings settings, IoEventLoop loop, int pid, Consumer<NativeWatch> onClosed) {
        Libc libc = settings.libc();
        int pidfd = libc.pidfdOpen(pid);
        if (pidfd == -Linux.ESRCH) {
            throw new ProcessAlreadyExitedException(pid);
        }
        if (pidfd < 0) {
            throw new ProcessException("watching process " + pid + ": " + Linux.describe(-pidfd), null);
        }
        return open(settings, new Endpoint(loop, pidfd, libc), pid, onClosed);
    }

    /** Watches through a pidfd that is there already, on its loop; if this fails, it is closed. */
    static NativeWatch open(NativeSettings settings, Endpoint pidfd, int pid, Consumer<NativeWatch> onClosed) {
        ExitWatch.Kind kind = settings.isSubreaper() ? ExitWatch.Kind.ADOPTABLE : ExitWatch.Kind.FOREIGN;
        NativeWatch watch = new NativeWatch(pidfd, pid, kind, onClosed);
        try {
            watch.watch.register(EpollHandle.IN);
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
        return watch;
    }

    void close() {
        watch.close();
    }

    IoEventLoop loop() {
        return watch.loop();
    }

    @Override
    public int pid() {
        return watch.pid;
    }

    @Override
    public Mono<ExitStatus> exit() {
        return watch.exit();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return watch.signal(signal);
    }

    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return watch.signalGroup(signal);
    }

    @Override
    public Mono<Void> release() {
        return watch.onLoop(watch::close).onErrorComplete(LoopEndedException.class);
    }

    @Override
    public void exited() {
        // The watch closes itself.
    }

    @Override
    public void closed() {
        onClosed.accept(this);
    }

    @Override
    public String toString() {
        return "watched process " + watch.pid;
    }
}
