// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import io.runflux.metrics.PrometheusMeters.Series;
import io.runflux.metrics.RunfluxMeter.Kind;
import io.runflux.metrics.RunfluxMeter.Unit;
import java.util.List;

/** Writes families of samples. Every line ends with a line feed, the last one too. */
final class PrometheusText {
    private final StringBuilder text = new StringBuilder();

    static String nameOf(RunfluxMeter meter) {
        Unit unit = meter.unit();
        String name = meter.meterName().replace('.', '_') + (unit == null ? "" : "_" + unit);
        return meter.kind() == Kind.COUNTER ? name + "_total" : name;
    }

    void family(RunfluxMeter meter, List<Series> series) {
        String name = nameOf(meter);
        text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(escapedHelp(meter.description()))
                .append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type(meter)).append('\n');
        series.forEach(one -> samples(meter, name, one));
    }

    private static String type(RunfluxMeter meter) {
        return switch (meter.kind()) {
            case COUNTER -> "counter";
            case GAUGE -> "gauge";
            case TIMER -> "histogram";
            case OBSERVATION -> "untyped";
        };
    }

    private void samples(RunfluxMeter meter, String name, Series series) {
        String labels = labels(meter.tags(), series.tags());
        if (meter.kind() == Kind.TIMER) {
            histogram(name, labels, series.times());
        } else {
            sample(name, labels, Long.toString(series.number().value()));
        }
    }

    /** The number of all is read with the buckets, so that the two never disagree. */
    private void histogram(String name, String labels, Histogram times) {
        double sum = times.sumSeconds();
        long[] counts = times.cumulative();
        String before = labels.isEmpty() ? "" : labels + ",";
        for (int index = 0; index < counts.length; index++) {
            String bound = index < Histogram.bounds() ? Double.toString(Histogram.boundSeconds(index)) : "+Inf";
            sample(name + "_bucket", before + "le=\"" + bound + "\"", Long.toString(counts[index]));
        }
        sample(name + "_sum", labels, Double.toString(sum));
        sample(name + "_count", labels, Long.toString(counts[counts.length - 1]));
    }

    private void sample(String name, String labels, String value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    private static String labels(List<String> keys, List<String> values) {
        StringBuilder labels = new StringBuilder();
        for (int index = 0; index < keys.size(); index++) {
            labels.append(index == 0 ? "" : ",").append(keys.get(index).replace('.', '_'));
            labels.append("=\"").append(escapedLabel(values.get(index))).append('"');
        }
        return labels.toString();
    }

    static String escapedLabel(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String escapedHelp(String help) {
        return help.replace("\\", "\\\\").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
