// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All ratios as JSON, for programs: those with a target, which say whether it was met, and Runflux's to every other
 * contender.
 */
final class Summary {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Summary() {}

    static String of(List<Results> all, Effort effort) {
        List<Map<String, Object>> rows = new ArrayList<>();
        Verdict.of(all, effort).forEach(verdict -> rows.add(toRow(verdict)));
        for (Results results : all) {
            results.settings().forEach(setting -> addRows(rows, results, setting));
        }
        return JSON.writeValueAsString(rows) + "\n";
    }

    private static Map<String, Object> toRow(Verdict verdict) {
        Map<String, Object> row = row(
                verdict.subject(),
                verdict.target().contender(),
                verdict.target().baseline(),
                verdict.ratio());
        row.put("target", verdict.bound());
        row.put("met", verdict.isMet());
        return row;
    }

    private static void addRows(List<Map<String, Object>> rows, Results results, String setting) {
        for (String contender : results.contenders(setting)) {
            OptionalDouble ratio = results.ratio(setting, Metric.RATE, Question.RUNFLUX, contender);
            if (ratio.isPresent() && !contender.equals(Question.RUNFLUX)) {
                String subject = results.question().name() + ", " + setting + ", " + Metric.RATE.key();
                Map<String, Object> row = row(subject, Question.RUNFLUX, contender, ratio.getAsDouble());
                row.put("target", null);
                row.put("met", null);
                rows.add(row);
            }
        }
    }

    private static Map<String, Object> row(String subject, String contender, String baseline, double ratio) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("question", subject);
        row.put("contender", contender);
        row.put("baseline", baseline);
        row.put("ratio", Math.round(ratio * 1000) / 1000.0);
        return row;
    }
}
