// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.Disposable;

/**
 * Counts in memory, and writes what was counted in Prometheus' text format (exposition format 0.0.4), without
 * Micrometer. Timers are histograms in seconds.
 *
 * <p>Of one meter there are at most {@value #MAX_SERIES} combinations of tags; further ones are counted together, under
 * the value {@value #OTHER} for each tag.
 */
public final class PrometheusMeters implements MeterRecorder {
    /** How many combinations of tags of one meter are told apart. */
    public static final int MAX_SERIES = 500;

    /** Stands for the values of all tags where there are too many combinations. */
    public static final String OTHER = "other";

    /** The media type of the text. */
    public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<RunfluxMeter, Map<List<String>, Series>> families = new EnumMap<>(RunfluxMeter.class);

    private PrometheusMeters() {
        for (RunfluxMeter meter : RunfluxMeter.values()) {
            families.put(meter, new ConcurrentHashMap<>());
        }
    }

    /**
     * Returns meters that have counted nothing.
     *
     * @return new meters
     */
    public static PrometheusMeters create() {
        return new PrometheusMeters();
    }

    @Override
    public void count(RunfluxMeter meter, long amount, String... tagValues) {
        series(meter, tagValues).number().add(amount);
    }

    @Override
    public void time(RunfluxMeter meter, long nanos, String... tagValues) {
        series(meter, tagValues).times().record(nanos);
    }

    @Override
    public Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
        return series(meter, tagValues).number().watch(value);
    }

    private Series series(RunfluxMeter meter, String... tagValues) {
        Map<List<String>, Series> family = family(meter);
        List<String> tags = List.of(tagValues);
        Series known = family.get(tags);
        return known == null
                ? family.computeIfAbsent(bounded(meter, family, tags), key -> Series.of(meter, key))
                : known;
    }

    private Map<List<String>, Series> family(RunfluxMeter meter) {
        Map<List<String>, Series> family = families.get(meter);
        if (family == null) {
            throw new IllegalStateException("no family for " + meter);
        }
        return family;
    }

    private static List<String> bounded(RunfluxMeter meter, Map<List<String>, Series> family, List<String> tags) {
        if (tags.size() != meter.tags().size()) {
            throw new IllegalArgumentException(meter + " has tags " + meter.tags() + ", was given " + tags);
        }
        return family.size() < MAX_SERIES
                ? tags
                : tags.stream().map(tag -> OTHER).toList();
    }

    /**
     * Writes all that was counted, each meter with its help and type. It may be called at any time and by several at
     * once, and takes some microseconds for each line.
     *
     * @return the text, of the type {@value #MEDIA_TYPE}
     */
    public String text() {
        PrometheusText text = new PrometheusText();
        families.forEach((meter, family) -> {
            if (!family.isEmpty()) {
                text.family(meter, inOrder(family.values()));
            }
        });
        return text.toString();
    }

    private static List<Series> inOrder(Collection<Series> family) {
        return family.stream()
                .sorted(Comparator.comparing(series -> series.tags().toString()))
                .toList();
    }

    /**
     * One meter with one combination of tags.
     *
     * @param number of a counter or gauge
     * @param times of a timer
     */
    record Series(List<String> tags, Watches number, Histogram times) {
        static Series of(RunfluxMeter meter, List<String> tags) {
            return new Series(tags, new Watches(meter), new Histogram());
        }
    }
}
