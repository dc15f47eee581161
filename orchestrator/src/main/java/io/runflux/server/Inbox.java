// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * What comes from a client, to one reader after another: the cancellation of one who reads is not that of the
 * connection, which Reactor Netty would close. One message is read ahead, and kept for the next reader, so that it is
 * noticed when the client goes, also while nobody reads.
 */
final class Inbox extends BaseSubscriber<Message> {
    private final Object lock = new Object();
    private @Nullable MonoSink<Message> reader;
    private @Nullable Message kept;
    private @Nullable Throwable error;
    private boolean isDone;

    /** For one at a time. */
    Flux<Message> messages() {
        return Mono.create(this::await).repeat(() -> !isRead());
    }

    /** Demand that comes just now may be told twice, and who asks twice would be given what it cannot take any more. */
    private void await(MonoSink<Message> sink) {
        AtomicBoolean isAsked = new AtomicBoolean();
        sink.onCancel(() -> forget(sink));
        sink.onRequest(count -> {
            if (isAsked.compareAndSet(false, true)) {
                ask(sink);
            }
        });
    }

    /** An error is still to be told. */
    private boolean isRead() {
        synchronized (lock) {
            return isDone && kept == null && error == null;
        }
    }

    private void ask(MonoSink<Message> sink) {
        Message message;
        boolean isOver;
        synchronized (lock) {
            message = kept;
            kept = null;
            isOver = message == null && isDone;
            reader = message == null && !isDone ? sink : null;
        }
        if (message != null) {
            sink.success(message);
            request(1);
        } else if (isOver) {
            end(sink);
        }
    }

    private void end(MonoSink<Message> sink) {
        Throwable why = error;
        if (why == null) {
            sink.success();
        } else {
            sink.error(why);
        }
    }

    private void forget(MonoSink<Message> sink) {
        synchronized (lock) {
            if (reader == sink) {
                reader = null;
            }
        }
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(Message message) {
        MonoSink<Message> sink;
        synchronized (lock) {
            sink = reader;
            reader = null;
            kept = sink == null ? message : null;
        }
        if (sink != null) {
            sink.success(message);
            request(1);
        }
    }

    @Override
    protected void hookOnComplete() {
        endWith(null);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        endWith(failure);
    }

    private void endWith(@Nullable Throwable failure) {
        MonoSink<Message> sink;
        synchronized (lock) {
            isDone = true;
            error = failure;
            sink = reader;
            reader = null;
        }
        if (sink != null) {
            end(sink);
        }
    }
}
