// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * What comes from a client, to one reader after another: the cancellation of one who reads is not that of the
 * connection, which Reactor Netty would close. One message is read ahead, and kept for the next reader, so that it is
 * noticed when the client goes, also while nobody reads.
 *
 * <p>Readers ask and leave on other threads than that of the connection. Whoever changes something has the rest looked
 * at, one at a time, without a lock. A {@code MonoSink} would not do: it may not tell of demand that comes just as it
 * is listened to.
 */
final class Inbox extends BaseSubscriber<Message> {
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicReference<@Nullable Reader> reader = new AtomicReference<>();
    private volatile @Nullable Message kept;
    private volatile @Nullable Throwable error;
    private volatile boolean isDone;

    /** For one at a time: who comes next takes the place of the one before. */
    Flux<Message> messages() {
        Publisher<Message> one = this::read;
        return Flux.from(one);
    }

    /** Nobody is told the end before being told that it reads. */
    private void read(Subscriber<? super Message> subscriber) {
        Reader next = new Reader(subscriber);
        subscriber.onSubscribe(next);
        reader.set(next);
        if (next.isCancelled) {
            next.cancel();
        }
        deliver();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(Message message) {
        kept = message;
        deliver();
    }

    @Override
    protected void hookOnComplete() {
        isDone = true;
        deliver();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        error = failure;
        isDone = true;
        deliver();
    }

    private void deliver() {
        if (changes.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        while (seen > 0) {
            while (deliverKept()) {
                request(1);
            }
            seen = changes.addAndGet(-seen);
        }
    }

    /** Returns whether a message was delivered. Done is looked at first: what is kept came before it. */
    private boolean deliverKept() {
        boolean isOver = isDone;
        Message message = kept;
        Reader to = reader.get();
        if (to == null) {
            return false;
        }
        if (message == null) {
            if (isOver && reader.compareAndSet(to, null)) {
                to.end(error);
            }
            return false;
        }
        if (!to.takeDemand()) {
            return false;
        }
        kept = null;
        to.subscriber.onNext(message);
        return true;
    }

    /** Who reads at the moment. */
    private final class Reader implements Subscription {
        private final Subscriber<? super Message> subscriber;
        private final AtomicLong demand = new AtomicLong();
        private volatile boolean isCancelled;

        Reader(Subscriber<? super Message> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            if (Operators.validate(count)) {
                demand.accumulateAndGet(count, Operators::addCap);
                deliver();
            }
        }

        @Override
        public void cancel() {
            isCancelled = true;
            reader.compareAndSet(this, null);
        }

        boolean takeDemand() {
            return demand.getAndUpdate(asked -> asked == 0 || asked == Long.MAX_VALUE ? asked : asked - 1) > 0;
        }

        void end(@Nullable Throwable failure) {
            if (failure == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(failure);
            }
        }
    }
}
