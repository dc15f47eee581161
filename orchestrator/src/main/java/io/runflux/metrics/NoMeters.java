// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Records nothing. */
enum NoMeters implements MeterRecorder {
    INSTANCE;

    @Override
    public void count(RunfluxMeter meter, long amount, String... tagValues) {}

    @Override
    public void time(RunfluxMeter meter, long nanos, String... tagValues) {}

    @Override
    public Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
        return Disposables.disposed();
    }

    @Override
    public MeterRecorder and(MeterRecorder other) {
        return other;
    }

    @Override
    public MeterRecorder guarded() {
        return this;
    }
}
