// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.util.context.Context;

/**
 * Keeps what a subscriber throws to itself. None may, but Reactor lets errors of the JVM through, such as that of a
 * class that is missing: they must reach neither the loop in the middle of its work nor the other subscribers.
 */
final class Shielded<T> extends MonoOperator<T, T> {
    private static final Logger log = LoggerFactory.getLogger(Shielded.class);

    private Shielded(Mono<T> source) {
        super(source);
    }

    static <T> Mono<T> of(Mono<T> source) {
        return new Shielded<>(source);
    }

    /** Calls a subscriber; returns false if it has thrown. */
    static boolean call(Runnable signal) {
        try {
            signal.run();
            return true;
        } catch (Throwable e) {
            log.warn("a subscriber has thrown an error, and gets nothing more", e);
            return false;
        }
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        source.subscribe(new Inner<>(actual));
    }

    private static final class Inner<T> implements CoreSubscriber<T> {
        private final CoreSubscriber<? super T> actual;
        private boolean hasThrown;

        Inner(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            actual.onSubscribe(subscription);
        }

        @Override
        public void onNext(T value) {
            hasThrown = !call(() -> actual.onNext(value));
        }

        @Override
        public void onError(Throwable error) {
            call(() -> actual.onError(error));
        }

        @Override
        public void onComplete() {
            if (!hasThrown) {
                call(actual::onComplete);
            }
        }
    }
}
