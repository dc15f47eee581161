// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sees that the kernel has killed processes of a container for want of memory, and tells it before the exit that this
 * caused. It looks at a counter, once in a while and once more when the exit is seen: the kernel counts before it sends
 * the signal, and the control group lasts until the container is deleted, so no kill is missed that ends a container.
 *
 * <p>The counter, and not the events of the runtime: a runtime costs a process for each container, learns of the kill
 * in no order with the exit, and on version 1 of control groups is told of a want of memory that kills nothing.
 *
 * <p>Where the manager of control groups removes that of a container as soon as it is empty, as systemd may, a kill
 * since the last look is not known.
 */
final class MemoryKillWatch {
    /** One small file per container and second: a tenth of a per cent of a processor for a hundred containers. */
    static final Duration INTERVAL = Duration.ofSeconds(1);
    /** Looking is on the way to the exit, and must not hold it up. */
    static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

    private final MemoryKillCounter counter;
    private final AtomicLong known;
    private final Duration interval;

    private MemoryKillWatch(MemoryKillCounter counter, long known, Duration interval) {
        this.counter = counter;
        this.known = new AtomicLong(known);
        this.interval = interval;
    }

    /**
     * Opens a watch over a container that was created, before it is started: what was counted until now is not its own.
     * Empty if its kills cannot be counted.
     */
    static Mono<MemoryKillWatch> open(Mono<? extends MemoryKillCounter> counter) {
        return counter.flatMap(found -> open(found, INTERVAL));
    }

    static Mono<MemoryKillWatch> open(MemoryKillCounter counter, Duration interval) {
        return counter.read()
                .timeout(LOOK_LIMIT)
                .map(count -> new MemoryKillWatch(counter, count, interval))
                .onErrorComplete();
    }

    /**
     * Passes on the exit once it is known what came before; what is to be done after a look that finds more kills is
     * done before.
     */
    Mono<ExitStatus> before(Mono<ExitStatus> exit, Mono<Void> onKill) {
        Flux<Optional<ExitStatus>> ticks =
                Flux.interval(interval).onBackpressureDrop().map(tick -> Optional.empty());
        return Flux.merge(1, ticks, exit.map(Optional::of).switchIfEmpty(Mono.error(MemoryKillWatch::noExit)))
                .concatMap(tick -> look(onKill).then(Mono.justOrEmpty(tick)), 0)
                .next();
    }

    /** As {@link #before}, for one in which nothing outlives a kill: there is nothing to see before its exit. */
    Mono<ExitStatus> atExit(Mono<ExitStatus> exit, Mono<Void> onKill) {
        return exit.delayUntil(status -> look(onKill));
    }

    /** A look that fails finds nothing, and the next one is another chance. */
    private Mono<Void> look(Mono<Void> onKill) {
        return counter.read()
                .timeout(LOOK_LIMIT)
                .onErrorComplete()
                .filter(count -> count > known.getAndSet(count))
                .flatMap(count -> onKill);
    }

    private static IllegalStateException noExit() {
        return new IllegalStateException("a process must end with an exit status, was empty");
    }
}
