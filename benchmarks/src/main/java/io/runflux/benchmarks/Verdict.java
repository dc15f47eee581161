// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A target, and what came out.
 *
 * @param question what was asked
 * @param target what must come out
 * @param effort how much was measured
 * @param ratio what did
 */
record Verdict(Question question, Target target, Effort effort, double ratio) {
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
        OptionalDouble ratio = ratio(results, target);
        return ratio.isEmpty()
                ? List.of()
                : List.of(new Verdict(results.question(), target, effort, ratio.getAsDouble()));
    }

    private static OptionalDouble ratio(Results results, Target target) {
        if (!target.metric().isRatio()) {
            return results.ratio(target.setting(), target.metric(), target.contender(), target.baseline());
        }
        return results.median(target.setting(), target.contender(), target.metric())
                .map(OptionalDouble::of)
                .orElseGet(OptionalDouble::empty);
    }

    boolean isMet() {
        return target.isMet(ratio, effort);
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
