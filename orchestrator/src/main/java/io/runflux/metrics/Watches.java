// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import reactor.core.Disposable;

/** The numbers that are asked for under one name and the same tags, added up. */
final class Watches {
    private final boolean grows;
    private final LongAdder ended = new LongAdder();
    private final List<LongSupplier> values = new CopyOnWriteArrayList<>();

    Watches(RunfluxMeter meter) {
        grows = meter.kind() == RunfluxMeter.Kind.COUNTER;
    }

    void add(long amount) {
        ended.add(amount);
    }

    Disposable watch(LongSupplier value) {
        values.add(value);
        AtomicBoolean isOver = new AtomicBoolean();
        return () -> {
            if (isOver.compareAndSet(false, true)) {
                end(value);
            }
        };
    }

    /** Counted before it is given up, so that a reader in between sees too much for a moment, and never too little. */
    private void end(LongSupplier value) {
        if (grows) {
            ended.add(value.getAsLong());
        }
        values.remove(value);
    }

    long value() {
        long sum = ended.sum();
        for (LongSupplier value : values) {
            sum += value.getAsLong();
        }
        return sum;
    }
}
