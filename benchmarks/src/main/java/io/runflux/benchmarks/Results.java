// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** What all rounds of a question told, by condition and contender. */
final class Results {
    private final Question question;
    private final Map<String, Map<String, List<Figures>>> rounds = new LinkedHashMap<>();

    Results(Question question) {
        this.question = question;
    }

    void add(Case one, Figures figures) {
        rounds.computeIfAbsent(one.setting(), setting -> new LinkedHashMap<>())
                .computeIfAbsent(one.contender(), contender -> new ArrayList<>())
                .add(figures);
    }

    Question question() {
        return question;
    }

    List<String> settings() {
        return List.copyOf(rounds.keySet());
    }

    List<String> contenders(String setting) {
        return List.copyOf(rounds.getOrDefault(setting, Map.of()).keySet());
    }

    /** Returns the figure of each round that has it. */
    List<Double> values(String setting, String contender, Metric metric) {
        return figures(setting, contender).stream()
                .flatMap(figures -> figures.get(metric).stream().boxed())
                .toList();
    }

    Optional<Double> median(String setting, String contender, Metric metric) {
        List<Double> values = values(setting, contender, metric);
        return values.isEmpty() ? Optional.empty() : Optional.of(Ratios.median(values));
    }

    /** Returns the median over the rounds of the ratio within each, since what disturbs a round disturbs both. */
    OptionalDouble ratio(String setting, Metric metric, String contender, String baseline) {
        List<Double> above = values(setting, contender, metric);
        List<Double> below = values(setting, baseline, metric);
        int both = Math.min(above.size(), below.size());
        if (both == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Ratios.median(IntStream.range(0, both)
                .mapToObj(round -> above.get(round) / below.get(round))
                .toList()));
    }

    private List<Figures> figures(String setting, String contender) {
        return rounds.getOrDefault(setting, Map.of()).getOrDefault(contender, List.of());
    }
}
