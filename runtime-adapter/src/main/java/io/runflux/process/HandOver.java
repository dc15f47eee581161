// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One attempt to make something that must not get lost: it begins with the first demand, and its result goes either to
 * the subscriber or, if that has cancelled or throws, to {@link #discard}. {@code Mono.create} can drop a value that
 * races with the cancellation, and a dropped process would run on.
 */
abstract class HandOver<T> implements Subscription {
    private final CoreSubscriber<? super T> subscriber;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);

    HandOver(CoreSubscriber<? super T> subscriber) {
        this.subscriber = subscriber;
    }

    static <T> Mono<T> mono(Function<CoreSubscriber<? super T>, HandOver<T>> attempt) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                actual.onSubscribe(attempt.apply(actual));
            }
        };
    }

    /** Begins; ends in exactly one call of {@link #deliver} or {@link #fail}. */
    abstract void start();

    /** Takes back what was made in vain. */
    abstract void discard(T value);

    final boolean isCancelled() {
        return phase.get() == Phase.CANCELLED;
    }

    final void deliver(T value) {
        if (!phase.compareAndSet(Phase.STARTED, Phase.DONE) || !Shielded.call(() -> subscriber.onNext(value))) {
            discard(value);
        } else {
            Shielded.call(subscriber::onComplete);
        }
    }

    final void fail(Throwable error) {
        if (phase.compareAndSet(Phase.STARTED, Phase.DONE)) {
            Shielded.call(() -> subscriber.onError(error));
        }
    }

    @Override
    public final void request(long n) {
        if (Operators.validate(n) && phase.compareAndSet(Phase.IDLE, Phase.STARTED)) {
            start();
        }
    }

    @Override
    public final void cancel() {
        phase.getAndUpdate(current -> current == Phase.DONE ? current : Phase.CANCELLED);
    }

    private enum Phase {
        IDLE,
        STARTED,
        DONE,
        CANCELLED
    }
}
