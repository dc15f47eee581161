// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The figures of all batches of a question, by launches in flight and contender, and the table that they make. */
final class Figures {
    private final Question question;
    private final Map<Integer, Map<ContenderKind, List<LaunchFigures>>> batches = new TreeMap<>();

    Figures(Question question) {
        this.question = question;
    }

    void add(int inFlight, ContenderKind kind, Collection<LaunchFigures> more) {
        batches.computeIfAbsent(inFlight, key -> new EnumMap<>(ContenderKind.class))
                .computeIfAbsent(kind, key -> new ArrayList<>())
                .addAll(more);
    }

    /** Returns a row for each contender at each number in flight; p50 and p99 are medians over the batches. */
    String toMarkdown() {
        StringBuilder table = new StringBuilder(head());
        batches.forEach((inFlight, row) -> row.forEach((kind, of) -> table.append(toRow(inFlight, kind, of))));
        return table.toString();
    }

    private String head() {
        return String.format(Locale.ROOT, """
                | in flight | contender | %s/s: median (min..max, batches) | p50 µs | p99 µs | Runflux's rate to this |
                |---:|---|---:|---:|---:|---:|
                """, question.counted());
    }

    private String toRow(int inFlight, ContenderKind kind, List<LaunchFigures> of) {
        double[] rates = sorted(of, LaunchFigures::launchesPerSecond);
        return String.format(
                Locale.ROOT,
                "| %d | %s | %.0f (%.0f..%.0f, %d) | %.0f | %.0f | %s |%n",
                inFlight,
                kind.label(),
                median(rates),
                rates[0],
                rates[rates.length - 1],
                rates.length,
                median(sorted(of, LaunchFigures::p50Micros)),
                median(sorted(of, LaunchFigures::p99Micros)),
                ratio(inFlight, median(rates)));
    }

    private String ratio(int inFlight, double rate) {
        List<LaunchFigures> runflux = batches.getOrDefault(inFlight, Map.of()).get(ContenderKind.RUNFLUX);
        return runflux == null
                ? "-"
                : String.format(Locale.ROOT, "%.1f", median(sorted(runflux, LaunchFigures::launchesPerSecond)) / rate);
    }

    private static double[] sorted(List<LaunchFigures> of, ToDoubleFunction<LaunchFigures> figure) {
        return of.stream().mapToDouble(figure).sorted().toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
