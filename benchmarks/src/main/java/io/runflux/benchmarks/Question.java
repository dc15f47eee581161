// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A question: who is measured under which conditions, what is counted, and what must come out. */
public final class Question {
    /** The contender that others are compared with. */
    public static final String RUNFLUX = "Runflux";

    private static final int FEW_ROUNDS = 2;

    private final String name;
    private final String title;
    private final String counted;
    private final List<Case> cases = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final Set<String> shortSettings = new HashSet<>();
    private boolean isSteady;

    private Question(String name, String title, String counted) {
        this.name = name;
        this.title = title;
        this.counted = counted;
    }

    /**
     * Makes a question without anybody to ask.
     *
     * @param name a word for it
     * @param title what is asked
     * @param counted what the rate counts, such as {@code launches}
     * @return the question
     */
    public static Question of(String name, String title, String counted) {
        return new Question(name, title, counted);
    }

    /**
     * Adds a contender under a condition.
     *
     * @param setting the condition
     * @param contender who
     * @param measurement how
     * @return this
     */
    public Question ask(String setting, String contender, Measurement measurement) {
        cases.add(new Case(setting, contender, measurement));
        return this;
    }

    /**
     * Chooses a condition for short runs. Without one they leave the question out.
     *
     * @param setting the condition
     * @return this
     */
    public Question inShort(String setting) {
        shortSettings.add(setting);
        return this;
    }

    /**
     * Says that what comes out hardly varies, so that two rounds are enough.
     *
     * @return this
     */
    public Question steady() {
        isSteady = true;
        return this;
    }

    /**
     * Adds what must come out.
     *
     * @param target what
     * @return this
     */
    public Question expect(Target target) {
        targets.add(target);
        return this;
    }

    String name() {
        return name;
    }

    String title() {
        return title;
    }

    String counted() {
        return counted;
    }

    List<Target> targets() {
        return List.copyOf(targets);
    }

    /** Returns how many rounds one takes part in: two at most if no target compares it. */
    int rounds(Effort effort, Case one) {
        return isCompared(one) && !isSteady ? effort.rounds() : Math.min(effort.rounds(), FEW_ROUNDS);
    }

    private boolean isCompared(Case one) {
        return targets.stream().anyMatch(target -> target.compares(one));
    }

    /**
     * Returns who is measured with that effort: a short run takes those that a target compares under its conditions,
     * and a check those that a target with a floor does.
     */
    List<Case> cases(Effort effort) {
        return switch (effort) {
            case FULL, SMOKE -> List.copyOf(cases);
            case SHORT ->
                cases.stream()
                        .filter(one -> shortSettings.contains(one.setting()) && isCompared(one))
                        .toList();
            case CHECK -> cases.stream().filter(this::isChecked).toList();
        };
    }

    private boolean isChecked(Case one) {
        return targets.stream().filter(Target::isChecked).anyMatch(target -> target.compares(one));
    }
}
