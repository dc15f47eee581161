// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.RunningProcess;
import io.runflux.process.WatchedProcess;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntPredicate;
import reactor.core.publisher.Mono;

/** Signals sessions, and containers that another JVM started: by number, once it is known to be still theirs. */
final class HostSignals {
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);
    private static final int MAX_SCANS = 10;

    private final ProcessLauncher launcher;

    HostSignals(ProcessLauncher launcher) {
        this.launcher = launcher;
    }

    Mono<Void> send(ContainerState state, Signal signal, boolean all) {
        return withLeader(state, leader -> all ? sendToAll(leader, signal) : leader.signal(signal));
    }

    /** The leader may end by itself when it sees its children end. */
    private Mono<Void> sendToAll(WatchedProcess leader, Signal signal) {
        return sendToOthers(leader.pid(), signal)
                .then(leader.signal(signal).onErrorComplete(ProcessAlreadyExitedException.class));
    }

    /** Signals a process of ours with its session: one that left the group of its leader is still in that. */
    Mono<Void> sendToSession(RunningProcess leader, Signal signal) {
        return sendOutsideGroup(leader.pid(), signal)
                .then(leader.signalGroup(signal).onErrorComplete(ProcessAlreadyExitedException.class));
    }

    /** Signals those of a session that left the group of its leader. */
    Mono<Void> sendOutsideGroup(int session, Signal signal) {
        return sendToMembers(session, signal, pid -> !ProcFiles.isInGroup(pid, session));
    }

    private Mono<Void> sendToOthers(int session, Signal signal) {
        return sendToMembers(session, signal, pid -> true);
    }

    /** Kills all of the session, and completes when its leader has ended. */
    Mono<Void> killAndAwait(ContainerState state) {
        return withLeader(state, this::killSession)
                .timeout(MAX_WAIT)
                .onErrorMap(TimeoutException.class, error -> stillThere(state, error))
                .onErrorComplete(error -> error instanceof ProcessAlreadyExitedException
                        || error instanceof IllegalContainerStateException);
    }

    private Mono<Void> killSession(WatchedProcess leader) {
        return sendToAll(leader, Signal.KILL).then(leader.exit()).then();
    }

    private static CommandFailedException stillThere(ContainerState state, Throwable error) {
        return new CommandFailedException(
                "the process of container " + state.id() + " did not end within 10s of the kill signal", null, error);
    }

    /** The handle is opened before the look: if the number was given away in between, the look tells. */
    private Mono<Void> withLeader(ContainerState state, Function<WatchedProcess, Mono<Void>> work) {
        int pid = Objects.requireNonNull(state.pid());
        return Mono.usingWhen(
                launcher.watch(pid),
                leader -> Blocking.run(() -> checkSame(state, pid)).then(Mono.defer(() -> work.apply(leader))),
                WatchedProcess::release);
    }

    private static void checkSame(ContainerState state, int pid) {
        if (!HostStore.isSameProcess(state, pid)) {
            throw new IllegalContainerStateException(
                    ContainerId.of(state.id()), ContainerOperation.KILL, ContainerStatus.STOPPED, null);
        }
    }

    /**
     * Signals members of a session but not its leader, looking again, at most {@value #MAX_SCANS} times, as long as
     * there are new ones. A session's number is not given away as long as it has members.
     */
    private Mono<Void> sendToMembers(int session, Signal signal, IntPredicate which) {
        return Mono.defer(() -> {
            Set<Integer> seen = new HashSet<>(Set.of(session));
            return signalNew(session, signal, pid -> which.test(pid) && seen.add(pid))
                    .repeat(MAX_SCANS - 1L)
                    .takeUntil(found -> found == 0)
                    .then();
        });
    }

    private Mono<Long> signalNew(int session, Signal signal, IntPredicate isNew) {
        return Blocking.call(() -> ProcFiles.sessionMembers(session).stream()
                        .filter(isNew::test)
                        .toList())
                .flatMapIterable(members -> members)
                .concatMap(pid -> signalMember(pid, session, signal).thenReturn(pid))
                .count();
    }

    private Mono<Void> signalMember(int pid, int session, Signal signal) {
        return Mono.usingWhen(
                        launcher.watch(pid),
                        member -> Blocking.call(() -> ProcFiles.isMember(pid, session))
                                .filter(isMember -> isMember)
                                .flatMap(isMember -> member.signal(signal)),
                        WatchedProcess::release)
                .onErrorComplete(ProcessAlreadyExitedException.class);
    }
}
