// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void of_hundredLatencies_takesTheFiftiethAndTheNinetyNinth() {
        long[] nanos = LongStream.rangeClosed(1, 100).map(i -> i * 1000).toArray();

        assertThat(LaunchFigures.of(nanos, 2_000_000_000L)).isEqualTo(new LaunchFigures(50, 50, 99));
    }

    @Test
    void toMarkdown_severalBatches_showsMediansRangeAndRatio() {
        Figures figures = new Figures(Question.LAUNCHES);
        figures.add(2, ContenderKind.PROCESS_BUILDER, List.of(batch(100), batch(300)));
        figures.add(2, ContenderKind.RUNFLUX, List.of(batch(900), batch(700), batch(800)));

        assertThat(figures.toMarkdown().lines().skip(2))
                .containsExactly(
                        "| 2 | Runflux | 800 (700..900, 3) | 10 | 20 | 1.0 |",
                        "| 2 | ProcessBuilder | 200 (100..300, 2) | 10 | 20 | 4.0 |");
    }

    @Test
    void toMarkdown_withoutRunflux_leavesTheRatioOpen() {
        Figures figures = new Figures(Question.LAUNCHES);
        figures.add(1, ContenderKind.NUPROCESS, List.of(batch(100)));

        assertThat(figures.toMarkdown().lines().skip(2))
                .containsExactly("| 1 | NuProcess | 100 (100..100, 1) | 10 | 20 | - |");
    }

    @Test
    void toMarkdown_hooks_countsThemByTheSecond() {
        assertThat(new Figures(Question.HOOKS).toMarkdown())
                .startsWith("| in flight | contender | hooks/s: median (min..max, batches) |");
    }

    private static LaunchFigures batch(double launchesPerSecond) {
        return new LaunchFigures(launchesPerSecond, 10, 20);
    }
}
