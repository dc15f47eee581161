// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * What comes from a client, one message for each that is asked for, to one after another: the cancellation of one who
 * reads is not that of the connection, which Reactor Netty would close. A message that was asked for by one who has
 * gone is kept for the next.
 */
final class Inbox extends BaseSubscriber<Message> {
    private final Object lock = new Object();
    private @Nullable MonoSink<Message> reader;
    private @Nullable Message kept;
    private @Nullable Throwable error;
    private boolean isAsked;
    private boolean isDone;

    /** For one at a time. */
    Flux<Message> messages() {
        return Mono.<Message>create(sink -> {
                    sink.onRequest(count -> ask(sink));
                    sink.onCancel(() -> forget(sink));
                })
                .repeat(() -> !isDone());
    }

    private boolean isDone() {
        synchronized (lock) {
            return isDone && kept == null;
        }
    }

    private void ask(MonoSink<Message> sink) {
        Message message;
        boolean isOver;
        boolean isNew;
        synchronized (lock) {
            message = kept;
            kept = null;
            isOver = message == null && isDone;
            isNew = message == null && !isDone && !isAsked;
            isAsked |= isNew;
            reader = message == null && !isDone ? sink : null;
        }
        if (message != null) {
            sink.success(message);
        } else if (isOver) {
            end(sink);
        } else if (isNew) {
            request(1);
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
        // Nothing is asked for before somebody reads.
    }

    @Override
    protected void hookOnNext(Message message) {
        MonoSink<Message> sink;
        synchronized (lock) {
            isAsked = false;
            sink = reader;
            reader = null;
            kept = sink == null ? message : null;
        }
        if (sink != null) {
            sink.success(message);
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
