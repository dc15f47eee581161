// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import io.runflux.benchmarks.events.EventQuestions;
import io.runflux.benchmarks.hooks.HookQuestions;
import io.runflux.benchmarks.launch.LaunchQuestions;
import io.runflux.benchmarks.logs.LogQuestions;
import io.runflux.benchmarks.runtime.RuntimeQuestions;
import java.util.List;
import java.util.stream.Stream;

/** All questions. */
final class Questions {
    private Questions() {}

    static List<Question> all(Programs programs, Peers peers) {
        return Stream.of(
                        LaunchQuestions.all(programs, peers),
                        HookQuestions.all(programs),
                        RuntimeQuestions.all(programs, peers),
                        LogQuestions.all(),
                        EventQuestions.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns those of some names; all, if there is no name. */
    static List<Question> named(List<String> names, List<Question> all) {
        List<String> known = all.stream().map(Question::name).toList();
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException("questions must be among " + known + ", were " + names);
        }
        return all.stream()
                .filter(question -> names.isEmpty() || names.contains(question.name()))
                .toList();
    }
}
