// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A target, and what came out.
 *
 * @param question what was asked
 * @param target what must come out
 * @param effort how much was measured
 * @param ratio what did: the median over the rounds
 * @param least the least ratio of any two rounds
 */
record Verdict(Question question, Target target, Effort effort, double ratio, double least) {
    /** Returns those of all targets whose contenders were measured. */
    static List<Verdict> of(List<Results> all, Effort effort) {
        return all.stream().flatMap(results -> of(results, effort)).toList();
    }

    private static Stream<Verdict> of(Results results, Effort effort) {
        return results.question().targets().stream()
                .filter(target -> effort != Effort.CHECK || target.isChecked())
                .flatMap(target -> of(results, target, effort).stream());
    }

    private static List<Verdict> of(Results results, Target target, Effort effort) {
        OptionalDouble ratio = results.ratio(target.setting(), target.metric(), target.contender(), target.baseline());
        if (ratio.isEmpty()) {
            return List.of();
        }
        List<Double> above = results.values(target.setting(), target.contender(), target.metric());
        List<Double> below = results.values(target.setting(), target.baseline(), target.metric());
        double least = Collections.min(above) / Collections.max(below);
        return List.of(new Verdict(results.question(), target, effort, ratio.getAsDouble(), least));
    }

    boolean isMet() {
        return target.isMet(ratio, least, effort);
    }

    /** Returns what was compared, such as {@code launches, 64 in flight, p99Micros}. */
    String subject() {
        return question.name() + ", " + target.setting() + ", "
                + target.metric().key();
    }

    String bound() {
        return target.bound().of(target.limit(effort));
    }

    @Override
    public String toString() {
        return String.format(
                "%s: %s to %s: %s, %s %s",
                subject(),
                target.contender(),
                target.baseline(),
                Ratios.format(ratio),
                bound(),
                isMet() ? "(met)" : "(MISSED)");
    }
}
