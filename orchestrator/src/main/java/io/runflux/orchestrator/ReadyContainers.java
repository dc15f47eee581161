// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The containers that wait for a borrower, the oldest first, and the making of more. It owns that work in the
 * background, and waits for all of it when it is closed.
 *
 * <p>They are not kept by reactor-pool, which has the borrowers wait: that makes new objects only for one who finds
 * none, gives a place away before the object that had it is gone, and at its disposal waits neither for what is being
 * made nor for what it removes in the background.
 */
final class ReadyContainers {
    private static final Logger log = LoggerFactory.getLogger(ReadyContainers.class);
    private static final double AGE_SPREAD = 0.1;

    private final WarmTemplate template;
    private final WarmPoolOptions options;
    private final Deque<Ready> line = new ConcurrentLinkedDeque<>();
    private final AtomicReference<RefillState> state = new AtomicReference<>(RefillState.empty());
    private final AtomicInteger refills = new AtomicInteger();
    private final Disposable.Swap rest = Disposables.swap();
    private final Set<Sinks.Empty<Void>> watchers = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> emptied = Sinks.empty();

    ReadyContainers(WarmTemplate template, WarmPoolOptions options) {
        this.template = template;
        this.options = options;
    }

    int size() {
        return line.size();
    }

    RefillState state() {
        return Objects.requireNonNull(state.get());
    }

    /** Completes when as many are ready as shall be, and fails as the first creation does that fails meanwhile. */
    Mono<Void> filled() {
        return Mono.defer(() -> {
            Sinks.Empty<Void> watcher = Sinks.empty();
            watchers.add(watcher);
            refill();
            tellWatchers();
            return watcher.asMono().doFinally(signal -> watchers.remove(watcher));
        });
    }

    /** Begins as many creations as may be. What ends while they are begun leaves the next to the one who begins. */
    void refill() {
        int missed = refills.getAndIncrement() == 0 ? 1 : 0;
        while (missed != 0) {
            while (state.getAndUpdate(this::claim).mayCreate(options)) {
                template.create().subscribe(this::keep, this::rest);
            }
            missed = refills.addAndGet(-missed);
        }
    }

    private RefillState claim(RefillState last) {
        return last.mayCreate(options) ? last.begun() : last;
    }

    /** Who closes looks for it in the line after closing, and so one of the two finds it there. */
    private void keep(ContainerInfo info) {
        Ready ready = new Ready(info);
        line.addLast(ready);
        boolean isClosed = state.updateAndGet(RefillState::created).isClosed();
        if (isClosed) {
            expire(ready);
        } else {
            ready.ageing.update(Mono.delay(age()).subscribe(elapsed -> expire(ready)));
        }
        tellWatchers();
        refill();
    }

    private Duration age() {
        double early = ThreadLocalRandom.current().nextDouble(AGE_SPREAD);
        return options.maxAge().minusNanos((long) (options.maxAge().toNanos() * early));
    }

    private void expire(Ready ready) {
        if (line.remove(ready)) {
            remove(ready);
        }
    }

    private void remove(Ready ready) {
        ready.ageing.dispose();
        template.remove(ready.info.id())
                .doOnError(e -> log.warn("{}: could not be removed from its pool", ready.info.id(), e))
                .onErrorComplete()
                .doFinally(signal -> leave())
                .subscribe();
    }

    private void leave() {
        state.updateAndGet(RefillState::left);
        tellEmptied();
        refill();
    }

    /** Rests a while. Those that fail meanwhile were begun before. */
    private void rest(Throwable error) {
        RefillState last = state.getAndUpdate(RefillState::failed);
        watchers.forEach(watcher -> watcher.tryEmitError(error));
        if (!last.isResting() && !last.isClosed()) {
            Duration pause = options.refill().pause(last.failures() + 1);
            log.warn("pool {}: not refilled, is tried again in {}: {}", template.prefix(), pause, error.toString());
            rest.update(Mono.delay(pause).subscribe(elapsed -> goOn()));
        }
        tellEmptied();
    }

    private void goOn() {
        state.updateAndGet(RefillState::rested);
        refill();
    }

    /** Takes the one that has waited longest, or null if none is ready. Its place is refilled by the next refill. */
    @Nullable
    ContainerInfo take() {
        Ready ready = line.pollFirst();
        if (ready == null) {
            return null;
        }
        ready.ageing.dispose();
        state.updateAndGet(RefillState::left);
        tellEmptied();
        return ready.info;
    }

    /** Removes all, and those that are being created when they are. */
    void close() {
        state.updateAndGet(RefillState::closed);
        rest.dispose();
        for (Ready ready = line.pollFirst(); ready != null; ready = line.pollFirst()) {
            remove(ready);
        }
        tellWatchers();
        tellEmptied();
    }

    /** Completes when it is closed and nothing is left. */
    Mono<Void> emptied() {
        return emptied.asMono();
    }

    private void tellWatchers() {
        if (state().isClosed()) {
            watchers.forEach(watcher -> watcher.tryEmitError(DefaultWarmPool.disposedOf(template.prefix())));
        } else if (line.size() >= options.ready()) {
            watchers.forEach(Sinks.Empty::tryEmitEmpty);
        }
    }

    private void tellEmptied() {
        RefillState now = state();
        if (now.isClosed() && now.kept() == 0) {
            emptied.tryEmitEmpty();
        }
    }

    /** One that waits, and what ends that. */
    private static final class Ready {
        private final ContainerInfo info;
        private final Disposable.Swap ageing = Disposables.swap();

        Ready(ContainerInfo info) {
            this.info = info;
        }
    }
}
