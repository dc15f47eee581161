// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.logs;

import io.runflux.benchmarks.Jmh;
import io.runflux.benchmarks.Question;
import java.util.List;

/** Questions about logs. */
public final class LogQuestions {
    private static final String SETTING = "100 MiB of a container";

    private LogQuestions() {}

    /**
     * Returns them.
     *
     * @return the questions
     */
    public static List<Question> all() {
        Question question = Question.of("logs", "the output of a container into a log in the CRI format", "MiB");
        Jmh logs =
                Jmh.of(LogBenchmark.class).needing(LogBenchmark.RUNC, ConmonLogContender.PROGRAM, LogContainer.BUSYBOX);
        return List.of(question.ask(SETTING, Question.RUNFLUX, logs.with("contender", LogContenderKind.RUNFLUX))
                .ask(
                        SETTING,
                        LogContenderKind.RUNFLUX_ROTATING.label(),
                        logs.with("contender", LogContenderKind.RUNFLUX_ROTATING))
                .ask(
                        SETTING,
                        LogContenderKind.RUNFLUX_FOLLOWED.label(),
                        logs.with("contender", LogContenderKind.RUNFLUX_FOLLOWED))
                .ask(SETTING, LogContenderKind.CONMON.label(), logs.with("contender", LogContenderKind.CONMON)));
    }
}
