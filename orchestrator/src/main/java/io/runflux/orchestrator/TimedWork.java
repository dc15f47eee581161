// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The time of one subscription, told once, before its end is. */
final class TimedWork {
    static final String SUCCESS = "success";
    static final String FAILURE = "failure";
    static final String CANCELLED = "cancelled";

    private final Recording recording;
    private final long begun = System.nanoTime();
    private final AtomicBoolean isOver = new AtomicBoolean();

    TimedWork(Recording recording) {
        this.recording = recording;
    }

    <T> Mono<T> around(Mono<T> work) {
        return work.doOnSuccess(value -> end(SUCCESS, null))
                .doOnError(error -> end(FAILURE, error))
                .doOnCancel(() -> end(CANCELLED, null));
    }

    private void end(String outcome, @Nullable Throwable error) {
        if (isOver.compareAndSet(false, true)) {
            recording.record(System.nanoTime() - begun, outcome, error);
        }
    }

    /** What becomes of a time. */
    @FunctionalInterface
    interface Recording {
        /** The error is that of a failure. */
        void record(long nanos, String outcome, @Nullable Throwable error);
    }
}
