// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.Arrays;
import java.util.List;

/** What is asked: a benchmark, and whom it can measure. */
enum Question {
    /** How fast is a trivial child launched and seen to its end? */
    LAUNCHES("launches", LaunchBenchmark.class),
    /** How fast is a hook fed with the state and seen to its end? */
    HOOKS("hooks", HookBenchmark.class);

    private final String counted;
    private final Class<?> benchmark;

    Question(String counted, Class<?> benchmark) {
        this.counted = counted;
        this.benchmark = benchmark;
    }

    /** Returns the question that is meant by a word of the command line. */
    static Question of(String word) {
        return Arrays.stream(values())
                .filter(question -> question.counted.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the question must be launches or hooks, or be left out for both, was '" + word + "'"));
    }

    /** Returns what is counted by the second. */
    String counted() {
        return counted;
    }

    Class<?> benchmark() {
        return benchmark;
    }

    List<ContenderKind> contenders() {
        return switch (this) {
            case LAUNCHES -> List.of(ContenderKind.values());
            case HOOKS -> List.of(ContenderKind.RUNFLUX, ContenderKind.PROCESS_BUILDER);
        };
    }
}
