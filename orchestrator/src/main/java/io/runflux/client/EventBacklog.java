// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventsLostException;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.SubscribeOptions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Events that have come and that a subscriber has not asked for yet, under the terms of its {@link OverflowPolicy}. It
 * is called on workers of {@code boundedElastic}, since it may block, by one at a time, and has none while it waits.
 *
 * <p>What comes is asked for ahead only to find out whether a subscriber without demand is too slow. Otherwise few wait
 * here, and the rest where it is kept anyhow, in the window of the server.
 */
final class EventBacklog extends Flux<EventEnvelope> {
    /** How many are asked for before the subscriber has asked. */
    private static final int AHEAD = 64;

    private static final int BATCH = AHEAD / 2;

    private final Flux<EventEnvelope> source;
    private final SubscribeOptions options;
    private final Predicate<EventEnvelope> isNew;

    EventBacklog(Flux<EventEnvelope> source, SubscribeOptions options, Predicate<EventEnvelope> isNew) {
        this.source = source;
        this.options = options;
        this.isNew = isNew;
    }

    @Override
    public void subscribe(CoreSubscriber<? super EventEnvelope> actual) {
        source.subscribe(new Intake(actual));
    }

    private final class Intake implements CoreSubscriber<EventEnvelope>, Subscription {
        private final CoreSubscriber<? super EventEnvelope> actual;
        private final AtomicInteger turns = new AtomicInteger();
        private volatile boolean isCancelled;
        private @Nullable Subscription upstream;

        /** Guarded by this, as all below. */
        private final Deque<EventEnvelope> waiting = new ArrayDeque<>();

        private long demand;
        /** How many that were taken are to be asked for again when as many have been delivered. */
        private int owed;
        /** How many of those have been delivered since it was asked. */
        private int delivered;

        private boolean hasDelivered;
        private boolean isDone;
        private @Nullable Throwable error;

        Intake(CoreSubscriber<? super EventEnvelope> actual) {
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
            subscription.request(AHEAD);
        }

        private Subscription upstream() {
            return Objects.requireNonNull(upstream);
        }

        @Override
        public void onNext(EventEnvelope event) {
            int wanted;
            synchronized (this) {
                if (isDone) {
                    return;
                }
                waiting.add(event);
                wanted = (take(event) ? 1 : 0) + forgiven();
            }
            if (wanted > 0) {
                upstream().request(wanted);
            }
            drainSoon();
        }

        /** Returns whether to ask for one more at once. */
        private boolean take(EventEnvelope event) {
            if (options.overflow() == OverflowPolicy.FAIL && isLoss(event)) {
                fail("subscriber fell out of the window of the stream", first(event), event);
            } else if (options.overflow() != OverflowPolicy.WAIT && isNew.test(event) && waiting.size() > demand) {
                bound(event);
                return !isDone;
            }
            owed++;
            return false;
        }

        /** What was dropped is never delivered. */
        private int forgiven() {
            int excess = isDone ? 0 : Math.max(0, owed - waiting.size());
            owed -= excess;
            return excess;
        }

        private boolean isLoss(EventEnvelope event) {
            return event.event() instanceof Gap gap
                    && gap.reason() != Gap.Reason.EPOCH_CHANGED
                    && (hasDelivered || options.fromSequence() == 0);
        }

        private void bound(EventEnvelope newest) {
            int gaps = isGap(waiting.getFirst()) ? 1 : 0;
            if (waiting.size() - gaps - demand <= options.bufferSize()) {
                return;
            }
            if (options.overflow() == OverflowPolicy.FAIL) {
                String why = "subscriber let more than " + options.bufferSize() + " events wait";
                fail(why, first(waiting.getFirst()), newest);
            } else {
                dropOldest();
            }
        }

        /** A gap in front takes the event behind it in. */
        private void dropOldest() {
            EventEnvelope oldest = waiting.removeFirst();
            EventEnvelope last = isGap(oldest) ? waiting.removeFirst() : oldest;
            boolean isSameLife = oldest.epoch().equals(last.epoch());
            Gap.Reason reason = isSameLife ? Gap.Reason.OVERFLOW : Gap.Reason.EPOCH_CHANGED;
            Gap gap = new Gap(first(isSameLife ? oldest : last), last.sequence(), reason);
            waiting.addFirst(new EventEnvelope(last.sequence(), last.epoch(), Instant.now(), null, gap));
        }

        private static boolean isGap(EventEnvelope event) {
            return event.event() instanceof Gap;
        }

        private static long first(EventEnvelope event) {
            return event.event() instanceof Gap gap ? gap.from() : event.sequence();
        }

        private void fail(String why, long firstLost, EventEnvelope newest) {
            waiting.clear();
            error = new EventsLostException(why, newest.epoch(), firstLost, newest.sequence());
            isDone = true;
            upstream().cancel();
        }

        @Override
        public void onError(Throwable thrown) {
            synchronized (this) {
                if (isDone) {
                    return;
                }
                error = thrown;
                isDone = true;
            }
            drainSoon();
        }

        @Override
        public void onComplete() {
            synchronized (this) {
                isDone = true;
            }
            drainSoon();
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                synchronized (this) {
                    demand = Operators.addCap(demand, n);
                }
                drainSoon();
            }
        }

        @Override
        public void cancel() {
            isCancelled = true;
            upstream().cancel();
        }

        private void drainSoon() {
            if (turns.getAndIncrement() == 0) {
                try {
                    Schedulers.boundedElastic().schedule(this::drain);
                } catch (RejectedExecutionException refused) {
                    cancel();
                    actual.onError(refused);
                }
            }
        }

        private void drain() {
            int seen = turns.get();
            while (seen != 0) {
                deliver();
                seen = turns.addAndGet(-seen);
            }
        }

        private void deliver() {
            EventEnvelope next = next();
            while (next != null && !isCancelled) {
                emit(next);
                next = next();
            }
            if (isOver()) {
                isCancelled = true;
                end();
            }
        }

        private @Nullable EventEnvelope next() {
            EventEnvelope next;
            int wanted;
            synchronized (this) {
                next = demand > 0 ? waiting.poll() : null;
                if (next == null) {
                    return null;
                }
                demand = demand == Long.MAX_VALUE ? demand : demand - 1;
                hasDelivered = true;
                wanted = repay();
            }
            if (wanted > 0) {
                upstream().request(wanted);
            }
            return next;
        }

        /** Returns how many to ask for: as many as were delivered, but not one by one. */
        private int repay() {
            if (owed > 0) {
                owed--;
                delivered++;
            }
            int wanted = delivered >= BATCH || waiting.isEmpty() ? delivered : 0;
            delivered -= wanted;
            return wanted;
        }

        /** What the subscriber throws ends it, and nobody else. */
        private void emit(EventEnvelope event) {
            try {
                actual.onNext(event);
            } catch (Throwable thrown) {
                Exceptions.throwIfJvmFatal(thrown);
                cancel();
                Operators.onErrorDropped(thrown, actual.currentContext());
            }
        }

        private synchronized boolean isOver() {
            return isDone && waiting.isEmpty() && !isCancelled;
        }

        private void end() {
            Throwable reason;
            synchronized (this) {
                reason = error;
            }
            if (reason == null) {
                actual.onComplete();
            } else {
                actual.onError(reason);
            }
        }
    }
}
