// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.Locale;

/**
 * A ratio that must come out: a contender's figure divided by that of another in the same round, or the contender's own
 * figure if that is a ratio to the other already.
 *
 * @param setting the condition
 * @param contender whose figure it is
 * @param baseline whose figure it is divided by
 * @param metric which figure
 * @param bound in which direction
 * @param limit the ratio that it must reach in a full run
 * @param checkLimit the ratio that a check accepts, so far from what was measured that no noise reaches it; NaN if a
 *     check does not look
 */
public record Target(
        String setting,
        String contender,
        String baseline,
        Metric metric,
        Bound bound,
        double limit,
        double checkLimit) {
    /** A contender that does nothing. */
    public static final String AT_REST = "Runflux at rest";

    /** One that does nothing, and has ten threads more. */
    public static final String TEN_MORE = "Runflux at rest, and ten threads";

    /**
     * Makes a target that the ratio must be at least.
     *
     * @param setting the condition
     * @param metric which figure
     * @param baseline whose figure that of Runflux is divided by
     * @param limit the ratio
     * @return the target, which a check leaves out
     */
    public static Target atLeast(String setting, Metric metric, String baseline, double limit) {
        return new Target(setting, Question.RUNFLUX, baseline, metric, Bound.AT_LEAST, limit, Double.NaN);
    }

    /**
     * Makes a target that the ratio must be at most.
     *
     * @param setting the condition
     * @param metric which figure
     * @param baseline whose figure that of Runflux is divided by
     * @param limit the ratio
     * @return the target, which a check leaves out
     */
    public static Target atMost(String setting, Metric metric, String baseline, double limit) {
        return new Target(setting, Question.RUNFLUX, baseline, metric, Bound.AT_MOST, limit, Double.NaN);
    }

    /**
     * Returns this target for another contender than Runflux.
     *
     * @param who whose figure it is
     * @return the target
     */
    public Target of(String who) {
        return new Target(setting, who, baseline, metric, bound, limit, checkLimit);
    }

    /**
     * Returns this target, which a check looks at too.
     *
     * @param ratio what it accepts
     * @return the target
     */
    public Target checkedAt(double ratio) {
        return new Target(setting, contender, baseline, metric, bound, limit, ratio);
    }

    boolean isChecked() {
        return !Double.isNaN(checkLimit);
    }

    boolean compares(Case one) {
        return one.setting().equals(setting)
                && (one.contender().equals(contender) || one.contender().equals(baseline));
    }

    double limit(Effort effort) {
        return effort == Effort.CHECK ? checkLimit : limit;
    }

    boolean isMet(double ratio, Effort effort) {
        return bound == Bound.AT_LEAST ? ratio >= limit(effort) : ratio <= limit(effort);
    }

    /** The direction of a limit. */
    public enum Bound {
        /** The ratio must not be smaller. */
        AT_LEAST,
        /** The ratio must not be larger. */
        AT_MOST;

        String of(double limit) {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + Ratios.format(limit);
        }
    }
}
