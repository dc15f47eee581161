// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import io.runflux.benchmarks.Jmh;
import io.runflux.benchmarks.Programs;
import io.runflux.benchmarks.Question;
import java.util.List;

/** Questions about hooks. */
public final class HookQuestions {
    private HookQuestions() {}

    /**
     * Returns them.
     *
     * @param programs what is run
     * @return the questions
     */
    public static List<Question> all(Programs programs) {
        Question question = Question.of("hooks", "a hook, fed with the state, to its end within a limit", "hooks");
        Jmh hooks = Jmh.of(HookBenchmark.class).with("child", programs.copy());
        Jmh alone = hooks.with("inFlight", 1);
        Jmh busy = hooks.with("inFlight", 64);
        return List.of(question.ask("1 in flight", Question.RUNFLUX, alone.with("contender", HookContender.RUNFLUX))
                .ask("1 in flight", "ProcessBuilder", alone.with("contender", HookContender.PROCESS_BUILDER))
                .ask("64 in flight", Question.RUNFLUX, busy.with("contender", HookContender.RUNFLUX))
                .ask("64 in flight", "ProcessBuilder", busy.with("contender", HookContender.PROCESS_BUILDER)));
    }
}
