// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Records into a registry of Micrometer, which must be on the class path. What was asked for by {@link #watch} and has
 * ended stays in the registry, as 0 or with its last sum.
 */
public final class MicrometerMeters implements MeterRecorder {
    private final MeterRegistry registry;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final Map<Key, Watches> watches = new ConcurrentHashMap<>();

    private MicrometerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Returns meters in a registry. Orchestrators that share a registry share these as well, so that their gauges are
     * added up.
     *
     * @param registry where to record; it stays its owner's
     * @return the meters
     */
    public static MicrometerMeters of(MeterRegistry registry) {
        return new MicrometerMeters(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void count(RunfluxMeter meter, long amount, String... tagValues) {
        counters.computeIfAbsent(Key.of(meter, tagValues), this::counter).increment((double) amount);
    }

    private Counter counter(Key key) {
        return Counter.builder(key.meter().meterName())
                .description(key.meter().description())
                .baseUnit(key.unit())
                .tags(key.toTags())
                .register(registry);
    }

    @Override
    public void time(RunfluxMeter meter, long nanos, String... tagValues) {
        timers.computeIfAbsent(Key.of(meter, tagValues), this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Key key) {
        return Timer.builder(key.meter().meterName())
                .description(key.meter().description())
                .tags(key.toTags())
                .register(registry);
    }

    @Override
    public Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
        return watches.computeIfAbsent(Key.of(meter, tagValues), this::watches).watch(value);
    }

    /** The registry holds them weakly; the map keeps them as long as this is recorded into. */
    private Watches watches(Key key) {
        Watches sum = new Watches(key.meter());
        String name = key.meter().meterName();
        String description = key.meter().description();
        if (key.meter().kind() == RunfluxMeter.Kind.COUNTER) {
            FunctionCounter.builder(name, sum, Watches::value)
                    .description(description)
                    .baseUnit(key.unit())
                    .tags(key.toTags())
                    .register(registry);
        } else {
            Gauge.builder(name, sum, Watches::value)
                    .description(description)
                    .tags(key.toTags())
                    .register(registry);
        }
        return sum;
    }

    /** One meter with one combination of tags. */
    private record Key(RunfluxMeter meter, List<String> tagValues) {
        static Key of(RunfluxMeter meter, String... tagValues) {
            if (tagValues.length != meter.tags().size()) {
                throw new IllegalArgumentException(
                        meter + " has tags " + meter.tags() + ", was given " + List.of(tagValues));
            }
            return new Key(meter, List.of(tagValues));
        }

        @Nullable
        String unit() {
            RunfluxMeter.Unit unit = meter.unit();
            return unit == null ? null : unit.toString();
        }

        Tags toTags() {
            Tags tags = Tags.empty();
            for (int index = 0; index < tagValues.size(); index++) {
                tags = tags.and(meter.tags().get(index), tagValues.get(index));
            }
            return tags;
        }
    }
}
