// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What this runtime executed in containers, by what tells those from others of the same id, also after its owner let go
 * of it: each leads a session of its own, and is ended with its container. One that has left nothing is let go of when
 * the next is added, so no more are held than still run, or have left something running, and one.
 */
final class HostExecutions {
    private final HostSignals signals;
    private final Map<String, Collection<HostProcess>> executions = new ConcurrentHashMap<>();

    HostExecutions(HostSignals signals) {
        this.signals = signals;
    }

    Mono<Void> add(HostProcess execution) {
        return Mono.fromRunnable(() -> addNow(execution)).then(sweep(execution.token()));
    }

    private void addNow(HostProcess execution) {
        executions.compute(execution.token(), (key, known) -> {
            Collection<HostProcess> all = known == null ? new CopyOnWriteArrayList<>() : known;
            all.add(execution);
            return all;
        });
    }

    private Mono<Void> sweep(String token) {
        return of(token)
                .filter(execution -> execution.isReleased() && !execution.isGone())
                .filterWhen(HostProcess::hasEnded)
                .filterWhen(execution -> hasLeftNothing(execution.pid()))
                .concatMap(HostProcess::remove)
                .then(Mono.fromRunnable(() -> forget(token, HostProcess::isGone)));
    }

    private static Mono<Boolean> hasLeftNothing(int session) {
        return Blocking.call(() -> ProcFiles.sessionMembers(session).isEmpty());
    }

    private void forget(String token, Predicate<HostProcess> which) {
        executions.computeIfPresent(token, (key, known) -> {
            known.removeIf(which);
            return known.isEmpty() ? null : known;
        });
    }

    /** The number of one that has ended may be another's by now. */
    Flux<HostProcess> running(String token) {
        return of(token).filterWhen(HostExecutions::isRunning);
    }

    private static Mono<Boolean> isRunning(HostProcess execution) {
        return execution.hasEnded().map(hasEnded -> !hasEnded);
    }

    private Flux<HostProcess> of(String token) {
        return Flux.defer(() -> Flux.fromIterable(executions.getOrDefault(token, List.of())));
    }

    Mono<Void> signal(String token, Signal signal) {
        return running(token)
                .flatMap(HostProcess::process)
                .concatMap(process -> signals.sendToSession(process, signal))
                .then();
    }

    /** Kills all that are known when it begins, and all that is left of them. What is added meanwhile stays. */
    Mono<Void> end(String token) {
        return of(token).collectList().flatMap(known -> end(token, known));
    }

    private Mono<Void> end(String token, List<HostProcess> known) {
        Flux<HostProcess> all = Flux.fromIterable(known);
        Flux<Void> killed = all.filterWhen(HostExecutions::isRunning)
                .concatMap(execution -> signals.sendOutsideGroup(execution.pid(), Signal.KILL));
        return killed.thenMany(all.concatMapDelayError(HostProcess::remove))
                .then(Mono.fromRunnable(() -> forget(token, known::contains)));
    }

    /** Ends one that nobody was given. */
    Mono<Void> discard(HostProcess execution) {
        return execution
                .discard()
                .then(Mono.fromRunnable(() -> forget(execution.token(), other -> other == execution)));
    }
}
