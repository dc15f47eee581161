// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** All results as one Markdown table, a row for each contender under each condition. */
final class Table {
    private static final String HEAD = """
            | question | under | contender | figure: median (min..max, rounds) | p50 µs | p99 µs | p99.9 µs | heap B each | Runflux to this |
            |---|---|---|---:|---:|---:|---:|---:|---:|
            """;
    private static final List<Metric> LEADING = List.of(Metric.THREADS, Metric.RATE);

    private Table() {}

    static String of(List<Results> all) {
        StringBuilder table = new StringBuilder(HEAD);
        for (Results results : all) {
            results.settings().forEach(setting -> addRows(table, results, setting));
        }
        return table.toString();
    }

    private static void addRows(StringBuilder table, Results results, String setting) {
        for (String contender : results.contenders(setting)) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                    results.question().name(),
                    setting,
                    contender,
                    leading(results, setting, contender),
                    median(results, setting, contender, Metric.P50),
                    median(results, setting, contender, Metric.P99),
                    median(results, setting, contender, Metric.P999),
                    median(results, setting, contender, Metric.ALLOCATED),
                    ratio(results, setting, contender)));
        }
    }

    private static String leading(Results results, String setting, String contender) {
        List<String> figures = new ArrayList<>();
        List<Double> threads = results.values(setting, contender, Metric.THREADS);
        if (!threads.isEmpty()) {
            figures.add(spread(threads, "threads"));
            figures.add(median(results, setting, contender, Metric.MEMORY) + " MiB");
        }
        List<Double> rates = results.values(setting, contender, Metric.RATE);
        if (!rates.isEmpty()) {
            figures.add(spread(rates, results.question().counted() + "/s"));
        }
        return String.join(", ", figures);
    }

    private static String spread(List<Double> values, String unit) {
        return String.format(
                "%s %s (%s..%s, %d)",
                Ratios.figure(Ratios.median(values)),
                unit,
                Ratios.figure(Collections.min(values)),
                Ratios.figure(Collections.max(values)),
                values.size());
    }

    private static String median(Results results, String setting, String contender, Metric metric) {
        return results.median(setting, contender, metric).map(Ratios::figure).orElse("");
    }

    private static String ratio(Results results, String setting, String contender) {
        for (Metric metric : LEADING) {
            OptionalDouble ratio = results.ratio(setting, metric, Question.RUNFLUX, contender);
            if (ratio.isPresent()) {
                return Ratios.format(ratio.getAsDouble());
            }
        }
        return "";
    }
}
