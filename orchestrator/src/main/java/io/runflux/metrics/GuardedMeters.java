// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Keeps the errors of a recorder from those who record, also that of a class that is missing. */
final class GuardedMeters implements MeterRecorder {
    private static final Logger log = LoggerFactory.getLogger(GuardedMeters.class);

    private final MeterRecorder recorder;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    GuardedMeters(MeterRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void count(RunfluxMeter meter, long amount, String... tagValues) {
        attempt(meter, () -> recorder.count(meter, amount, tagValues));
    }

    @Override
    public void time(RunfluxMeter meter, long nanos, String... tagValues) {
        attempt(meter, () -> recorder.time(meter, nanos, tagValues));
    }

    @Override
    public Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
        Disposable.Swap watch = Disposables.swap();
        attempt(meter, () -> watch.replace(recorder.watch(meter, value, tagValues)));
        return () -> attempt(meter, watch::dispose);
    }

    private void attempt(RunfluxMeter meter, Runnable recording) {
        try {
            recording.run();
        } catch (RuntimeException | LinkageError e) {
            if (hasFailed.compareAndSet(false, true)) {
                log.warn("{} could not be recorded, and the next errors are not told", meter.meterName(), e);
            }
        }
    }

    @Override
    public MeterRecorder guarded() {
        return this;
    }
}
