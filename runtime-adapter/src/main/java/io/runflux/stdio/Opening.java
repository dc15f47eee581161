// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** One attempt to open a file target, whose result goes to the subscriber or, if that has cancelled, is closed. */
final class Opening implements Subscription {
    private final StdioUri uri;
    private final UpstreamOptions options;
    private final CoreSubscriber<? super UpstreamIo> subscriber;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);

    private Opening(StdioUri uri, UpstreamOptions options, CoreSubscriber<? super UpstreamIo> subscriber) {
        this.uri = uri;
        this.options = options;
        this.subscriber = subscriber;
    }

    static Mono<UpstreamIo> mono(StdioUri uri, UpstreamOptions options) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super UpstreamIo> actual) {
                actual.onSubscribe(new Opening(uri, options, actual));
            }
        };
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && phase.compareAndSet(Phase.IDLE, Phase.STARTED)) {
            LogThreads.SCHEDULER.schedule(this::open);
        }
    }

    @Override
    public void cancel() {
        phase.getAndUpdate(current -> current == Phase.DONE ? current : Phase.CANCELLED);
    }

    private void open() {
        FileUpstream upstream;
        try {
            upstream = FileUpstream.openNow(uri, options);
        } catch (Throwable e) {
            fail(new UpstreamException("cannot open " + uri + ": " + Failures.why(e), e));
            return;
        }
        if (phase.compareAndSet(Phase.STARTED, Phase.DONE)) {
            subscriber.onNext(upstream);
            subscriber.onComplete();
        } else {
            upstream.closeLater();
        }
    }

    private void fail(UpstreamException error) {
        if (phase.compareAndSet(Phase.STARTED, Phase.DONE)) {
            subscriber.onError(error);
        }
    }

    private enum Phase {
        IDLE,
        STARTED,
        DONE,
        CANCELLED
    }
}
