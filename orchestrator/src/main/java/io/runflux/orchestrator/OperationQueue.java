// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The line of operations on one container, which are done one after another. Nobody waits with a thread, and nothing is
 * locked: who comes or has finished has the first in line begin, unless one is under way.
 *
 * <p>Who cancels while in line leaves it. What has begun is let run to its end, and is an owner of work in the
 * background then; it must come to an end by itself. An operation must not wait for another in the same line; who is
 * told what came of one may, since the line goes on without that.
 */
final class OperationQueue {
    /** How many may be in line, the one under way included. */
    static final int CAPACITY = 64;

    private static final Logger log = LoggerFactory.getLogger(OperationQueue.class);

    private final ContainerId id;
    private final Deque<Turn<?>> line = new ConcurrentLinkedDeque<>();
    private final AtomicInteger length = new AtomicInteger();
    private final AtomicBoolean isBusy = new AtomicBoolean();

    OperationQueue(ContainerId id) {
        this.id = id;
    }

    /** Does something when all that came before is done. */
    <T> Mono<T> inTurn(Mono<T> operation) {
        return Mono.deferContextual(context -> {
            int before = length.getAndIncrement();
            if (before >= CAPACITY) {
                length.decrementAndGet();
                return Mono.error(new TooManyOperationsException(id, before));
            }
            Turn<T> turn = new Turn<>(operation.contextWrite(context));
            line.addLast(turn);
            return await(turn);
        });
    }

    /** Does something as soon as what is under way is done, however many are in line: for the end of all. */
    <T> Mono<T> next(Mono<T> operation) {
        return Mono.deferContextual(context -> {
            length.getAndIncrement();
            Turn<T> turn = new Turn<>(operation.contextWrite(context));
            line.addFirst(turn);
            return await(turn);
        });
    }

    private <T> Mono<T> await(Turn<T> turn) {
        drain();
        return turn.result.asMono().doOnCancel(turn::cancel);
    }

    /** Who finds the line empty looks again, since somebody may have come who found it busy. */
    private void drain() {
        while (!line.isEmpty() && isBusy.compareAndSet(false, true)) {
            Turn<?> turn = line.pollFirst();
            if (turn == null) {
                isBusy.set(false);
            } else {
                turn.begin();
            }
        }
    }

    private void leave() {
        length.decrementAndGet();
        isBusy.set(false);
    }

    private enum Phase {
        WAITING,
        BEGUN,
        ENDED,
        CANCELLED
    }

    /** One operation in line. */
    private final class Turn<T> {
        private final Mono<T> operation;
        private final Sinks.One<T> result = Sinks.one();
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
        private volatile boolean isBeginning = true;
        private volatile boolean isUnheard;

        Turn(Mono<T> operation) {
            this.operation = operation;
        }

        /** What ends meanwhile leaves it to who has it begin to go on with the line, so that calls do not pile up. */
        void begin() {
            if (phase.compareAndSet(Phase.WAITING, Phase.BEGUN)) {
                operation.subscribe(this::succeed, this::fail, this::complete);
                isBeginning = false;
            } else {
                leave();
            }
        }

        private void succeed(T value) {
            end(() -> result.tryEmitValue(value));
        }

        /** Comes after a value as well. */
        private void complete() {
            end(result::tryEmitEmpty);
        }

        private void fail(Throwable error) {
            if (isUnheard) {
                log.warn("{}: what a subscriber had begun and left failed", id, error);
            }
            end(() -> result.tryEmitError(error));
        }

        private void end(Runnable telling) {
            if (phase.compareAndSet(Phase.BEGUN, Phase.ENDED)) {
                leave();
                telling.run();
                if (!isBeginning) {
                    drain();
                }
            }
        }

        /** One that is in line no more is about to begin, and then finds that it was cancelled. */
        void cancel() {
            isUnheard = true;
            if (phase.compareAndSet(Phase.WAITING, Phase.CANCELLED) && line.remove(this)) {
                length.decrementAndGet();
            }
        }
    }
}
