// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Tells two, each of which may fail without the other. */
final class BothMeters implements MeterRecorder {
    private final MeterRecorder first;
    private final MeterRecorder second;

    BothMeters(MeterRecorder first, MeterRecorder second) {
        this.first = first.guarded();
        this.second = second.guarded();
    }

    @Override
    public void count(RunfluxMeter meter, long amount, String... tagValues) {
        first.count(meter, amount, tagValues);
        second.count(meter, amount, tagValues);
    }

    @Override
    public void time(RunfluxMeter meter, long nanos, String... tagValues) {
        first.time(meter, nanos, tagValues);
        second.time(meter, nanos, tagValues);
    }

    @Override
    public Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
        return Disposables.composite(first.watch(meter, value, tagValues), second.watch(meter, value, tagValues));
    }
}
