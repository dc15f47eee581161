// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.netty.ByteBufFlux;
import reactor.util.context.Context;

/**
 * One output for two readers, each of which gets every buffer, under the terms of the source: it is released when the
 * last {@code onNext} has returned. The source is asked for what the slower of them has asked for, so that nothing is
 * kept here, and is subscribed to when both have subscribed or left. A reader that leaves is not waited for any more.
 */
final class StreamTee {
    private final Flux<ByteBuf> source;
    private final Branch first = new Branch();
    private final Branch second = new Branch();
    /** Those that have not left. */
    private final List<Branch> branches = new CopyOnWriteArrayList<>(List.of(first, second));

    private final AtomicBoolean isConnected = new AtomicBoolean();
    private final Object lock = new Object();
    /** Guarded by the lock, as all below. */
    private @Nullable Subscription upstream;

    private long asked;

    StreamTee(Flux<ByteBuf> source) {
        this.source = source;
    }

    ByteBufFlux first() {
        return ByteBufFlux.fromInbound(first);
    }

    ByteBufFlux second() {
        return ByteBufFlux.fromInbound(second);
    }

    /** For a first reader that may never subscribe. */
    void leaveFirst() {
        first.cancel();
    }

    private void connect() {
        boolean isComplete = first.isHereOrGone() && second.isHereOrGone() && !branches.isEmpty();
        if (isComplete && isConnected.compareAndSet(false, true)) {
            source.subscribe(new Reader());
        }
    }

    private void ask() {
        Subscription subscription;
        long more;
        synchronized (lock) {
            subscription = upstream;
            if (subscription == null) {
                return;
            }
            long least = branches.stream()
                    .mapToLong(branch -> branch.requested)
                    .min()
                    .orElse(asked);
            more = least - asked;
            asked = least;
        }
        if (branches.isEmpty()) {
            subscription.cancel();
        } else if (more > 0) {
            subscription.request(more);
        }
    }

    /** What reads the source for both. */
    private final class Reader implements CoreSubscriber<ByteBuf> {
        @Override
        public Context currentContext() {
            return branches.stream().findFirst().map(Branch::context).orElse(Context.empty());
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            synchronized (lock) {
                upstream = subscription;
            }
            ask();
        }

        @Override
        public void onNext(ByteBuf buffer) {
            branches.forEach(branch -> branch.target().onNext(buffer.duplicate()));
        }

        @Override
        public void onError(Throwable error) {
            branches.forEach(branch -> branch.target().onError(error));
        }

        @Override
        public void onComplete() {
            branches.forEach(branch -> branch.target().onComplete());
        }
    }

    private final class Branch extends Flux<ByteBuf> implements Subscription {
        private volatile @Nullable CoreSubscriber<? super ByteBuf> subscriber;
        private volatile boolean hasLeft;
        /** Guarded by the lock. */
        private long requested;

        @Override
        public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
            if (subscriber != null || hasLeft) {
                Operators.error(actual, new IllegalStateException("output has one subscriber only"));
                return;
            }
            subscriber = actual;
            actual.onSubscribe(this);
            connect();
        }

        boolean isHereOrGone() {
            return subscriber != null || hasLeft;
        }

        /** Those that have not left are here once there is something to tell them. */
        CoreSubscriber<? super ByteBuf> target() {
            CoreSubscriber<? super ByteBuf> target = subscriber;
            return target == null ? Operators.emptySubscriber() : target;
        }

        Context context() {
            return target().currentContext();
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                synchronized (lock) {
                    requested = Operators.addCap(requested, n);
                }
                ask();
            }
        }

        @Override
        public void cancel() {
            hasLeft = true;
            branches.remove(this);
            ask();
            connect();
        }
    }
}
