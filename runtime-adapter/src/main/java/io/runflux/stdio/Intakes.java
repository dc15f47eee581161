// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

/** The sources of one upstream, at most one for each stream. */
final class Intakes {
    private final StdioUri uri;
    private final boolean isTerminal;
    private final IntakeTarget target;
    private final Object lock = new Object();
    /** Guarded by the lock, as all below. */
    private final Map<LogStream, Intake> intakes = new EnumMap<>(LogStream.class);

    private boolean isClosed;

    Intakes(StdioUri uri, boolean isTerminal, IntakeTarget target) {
        this.uri = uri;
        this.isTerminal = isTerminal;
        this.target = target;
    }

    Mono<Void> send(LogStream stream, Publisher<? extends ByteBuf> source) {
        Objects.requireNonNull(source, "source");
        return Mono.<Void>create(sink -> send(stream, source, sink)).checkpoint("send " + stream + " to " + uri);
    }

    private void send(LogStream stream, Publisher<? extends ByteBuf> source, MonoSink<Void> sink) {
        Intake intake = new Intake(stream, sink);
        String refusal = add(stream, intake);
        if (refusal != null) {
            sink.error(new IllegalStateException(refusal));
            return;
        }
        sink.onCancel(intake);
        source.subscribe(intake);
    }

    /** Returns why not, or null. */
    private @Nullable String add(LogStream stream, Intake intake) {
        synchronized (lock) {
            if (isTerminal && stream == LogStream.STDERR) {
                return "a process with a terminal has no stderr";
            }
            if (isClosed) {
                return uri + " is closed";
            }
            return intakes.putIfAbsent(stream, intake) == null
                    ? null
                    : stream + " can be sent to " + uri + " once only";
        }
    }

    /** Asks the sources that were not asked since there was no room. */
    void resume() {
        current().forEach(Intake::resume);
    }

    void finish(LogStream stream, @Nullable Throwable failure) {
        Intake intake;
        synchronized (lock) {
            intake = intakes.get(stream);
        }
        if (intake != null) {
            intake.finish(failure);
        }
    }

    /** Tells the sources that nothing can be written, and asks for nothing more. */
    void fail(Throwable failure) {
        current().forEach(intake -> intake.fail(failure));
    }

    void close() {
        synchronized (lock) {
            isClosed = true;
        }
        current().forEach(Intake::cancel);
    }

    private List<Intake> current() {
        synchronized (lock) {
            return List.copyOf(intakes.values());
        }
    }

    private final class Intake extends BaseSubscriber<ByteBuf> {
        private final LogStream stream;
        private final MonoSink<Void> sink;
        private final AtomicBoolean isPaused = new AtomicBoolean();
        private volatile @Nullable Throwable failure;

        Intake(LogStream stream, MonoSink<Void> sink) {
            this.stream = stream;
            this.sink = sink;
        }

        @Override
        public Context currentContext() {
            return Context.of(sink.contextView());
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (target.waits()) {
                pause();
            } else {
                requestUnbounded();
            }
        }

        @Override
        protected void hookOnNext(ByteBuf buffer) {
            try {
                target.take(stream, buffer);
            } finally {
                buffer.release();
            }
            if (target.waits()) {
                pause();
            }
        }

        /** Looks after it has said that it pauses, so that room made in between is not missed. */
        private void pause() {
            isPaused.set(true);
            if (target.hasRoom()) {
                resume();
            }
        }

        void resume() {
            if (isPaused.compareAndSet(true, false)) {
                request(1);
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            failure = error;
        }

        @Override
        protected void hookFinally(SignalType type) {
            target.end(stream);
        }

        void fail(Throwable error) {
            failure = failure == null ? error : failure;
            cancel();
        }

        void finish(@Nullable Throwable writing) {
            Throwable error = failure == null ? writing : failure;
            if (error == null) {
                sink.success();
            } else {
                sink.error(error);
            }
        }
    }
}
