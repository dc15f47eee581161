// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import io.netty.channel.IoEventLoop;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A pidfd on the loop: readable means that the process has ended. A child of ours is then reaped, by its number, which
 * nobody else can have as long as it is a zombie. Of another's child, which is left to its parent, the kernel tells the
 * status once its parent has reaped it ({@code PIDFD_GET_INFO}, Linux 6.15), which shows as a hang-up of the pidfd.
 *
 * <p>Signals go through the pidfd, on the loop, so that none can follow the reaping.
 */
final class ExitWatch extends EpollHandle {
    private static final Logger log = LoggerFactory.getLogger(ExitWatch.class);
    private static final int EXIT_CODE_OFFSET = 60;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    final int pid;
    private final Libc libc;
    private final Kind kind;
    private final Listener listener;
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final Sinks.One<ResourceUsage> usage = Sinks.one();
    private volatile boolean hasExited;

    ExitWatch(Endpoint endpoint, int pid, Kind kind, Listener listener) {
        super(endpoint.loop(), endpoint.descriptor());
        this.pid = pid;
        this.kind = kind;
        this.listener = listener;
        libc = endpoint.libc();
    }

    Mono<ExitStatus> exit() {
        return Shielded.of(exit.asMono());
    }

    Mono<ResourceUsage> usage() {
        return Shielded.of(usage.asMono());
    }

    boolean hasExited() {
        return hasExited;
    }

    IoEventLoop loop() {
        return loop;
    }

    Mono<Void> signal(Signal signal) {
        return call(() -> hasExited ? -Linux.ESRCH : libc.pidfdSendSignal(fd().intValue(), signal.number(), 0));
    }

    /** The pidfd names the group safely, also after the exit of its leader. */
    Mono<Void> signalGroup(Signal signal) {
        return call(() -> isClosed() ? -Linux.ESRCH : sendToGroup(signal));
    }

    private int sendToGroup(Signal signal) {
        int result = libc.pidfdSendSignal(fd().intValue(), signal.number(), Linux.PIDFD_SIGNAL_PROCESS_GROUP);
        if (result == -Linux.EINVAL) {
            result = isThere() ? killGroup(signal) : -Linux.ESRCH;
        }
        if (result == -Linux.ESRCH && isThere()) {
            throw new IllegalStateException("process " + pid + " leads no group");
        }
        return result;
    }

    /** Running, or not reaped yet: its number is its own. */
    private boolean isThere() {
        return !hasExited && libc.pidfdSendSignal(fd().intValue(), 0, 0) != -Linux.ESRCH;
    }

    /** The group of process 1 has no number for this: -1 is everybody. */
    private int killGroup(Signal signal) {
        return pid == 1 ? -Linux.EPERM : libc.kill(-pid, signal.number());
    }

    @Override
    void ready(int events) {
        if (hasExited) {
            return;
        }
        boolean isGone =
                switch (kind) {
                    case CHILD, GROUP_LEADER, LONE_LEADER -> !reapChild();
                    case ADOPTABLE -> !reapAdopted();
                    case FOREIGN -> true;
                };
        if (isGone && !hasExited) {
            askKernel((events & HANGUP) != 0);
        }
    }

    /** Returns false if it is no child of ours, or somebody else has reaped it. */
    private boolean reapChild() {
        int[] status = new int[1];
        Pointer rusage = Scratch.get();
        int reaped = reap(status, rusage);
        if (reaped == pid) {
            usage.tryEmitValue(toUsage(rusage));
            exited(toStatus(status[0]));
        }
        return reaped >= 0;
    }

    /** By the pidfd: of a process that was not started here, the number may be another's by now. */
    private boolean reapAdopted() {
        int[] how = new int[2];
        int result = libc.waitPidfd(fd().intValue(), how);
        if (result == 0 && how[0] != 0) {
            exited(
                    how[0] == CLD_EXITED
                            ? ExitStatus.exited(how[1] & 0xFF)
                            : new ExitStatus.Signaled(Signal.of(how[1]), how[0] == CLD_DUMPED));
        }
        return result == 0;
    }

    /** A child whose loop ends would run on with nobody to see it end; the process of somebody else may. */
    @Override
    void closed() {
        if (!hasExited) {
            hasExited = true;
            if (kind == Kind.GROUP_LEADER) {
                libc.kill(-pid, Signal.KILL.number());
            }
            if (kind == Kind.CHILD || kind.leadsGroup()) {
                Reaping.killElsewhere(libc, pid);
            }
            exit.tryEmitValue(ExitStatus.unknown());
        }
        usage.tryEmitEmpty();
        listener.closed();
    }

    @Override
    public String toString() {
        return "exit of process " + pid;
    }

    private Mono<Void> call(IntSupplier systemCall) {
        return onLoop(() -> check(systemCall.getAsInt()));
    }

    private void check(int result) {
        if (result == -Linux.ESRCH) {
            throw new ProcessAlreadyExitedException(pid);
        }
        if (result != 0) {
            throw new ProcessException("signalling process " + pid + ": " + Linux.describe(-result), null);
        }
    }

    private int reap(int[] status, Pointer rusage) {
        int reaped;
        do {
            reaped = libc.wait4(pid, status, Linux.WNOHANG, rusage);
        } while (reaped == -Linux.EINTR);
        return reaped;
    }

    private void askKernel(boolean isReaped) {
        Pointer info = Scratch.get();
        info.setLong(0, Linux.PIDFD_INFO_EXIT);
        int result = libc.ioctl(fd().intValue(), Linux.PIDFD_GET_INFO, info);
        if (result == 0 && (info.getLong(0) & Linux.PIDFD_INFO_EXIT) != 0) {
            exited(toStatus(info.getInt(EXIT_CODE_OFFSET)));
        } else if (result < 0 || isReaped) {
            log.debug("process {} ended, and nobody tells how", pid);
            exited(ExitStatus.unknown());
        }
    }

    private void exited(ExitStatus status) {
        hasExited = true;
        listener.exited();
        if (!kind.leadsGroup()) {
            close();
        }
        usage.tryEmitEmpty();
        exit.tryEmitValue(status);
    }

    /** As {@code WIFEXITED} and its kin have it (wait(2)). */
    private static ExitStatus toStatus(int status) {
        int signal = status & 0x7F;
        return signal == 0
                ? ExitStatus.exited((status >> 8) & 0xFF)
                : new ExitStatus.Signaled(Signal.of(signal), (status & 0x80) != 0);
    }

    /** The structure begins with two {@code timeval}s and the resident set in KiB (getrusage(2)). */
    private static ResourceUsage toUsage(Pointer rusage) {
        return new ResourceUsage(
                toDuration(rusage.getLong(0), rusage.getLong(8)),
                toDuration(rusage.getLong(16), rusage.getLong(24)),
                rusage.getLong(32) * 1024);
    }

    private static Duration toDuration(long seconds, long micros) {
        return Duration.ofSeconds(seconds, micros * 1000);
    }

    /** Is told on the loop, before the subscribers are. */
    interface Listener {
        void exited();

        /** The pidfd is closed. */
        void closed();
    }

    /** Whose process it is. */
    enum Kind {
        /** A child of this launcher. */
        CHILD,
        /** A child that leads a group: the pidfd stays open after the exit, to name the rest of the group by. */
        GROUP_LEADER,
        /** The same, but its end and ours leave the rest of the group alone, unless somebody signals it. */
        LONE_LEADER,
        /** A process that this launcher did not start, but may have become the parent of, as a subreaper. */
        ADOPTABLE,
        /** A process that this launcher did not start, and does not reap: that is its parent's to do. */
        FOREIGN;

        boolean leadsGroup() {
            return this == GROUP_LEADER || this == LONE_LEADER;
        }
    }
}
