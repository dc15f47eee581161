// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedPublicationsTest {
    private static final long ONE_CHUNK = 1;

    private final List<String> turns = new ArrayList<>();

    @Test
    void run_threePairs_whoWasSecondBeginsNext() throws InterruptedException {
        pairs(List.of(1, 1, 1), List.of(1, 1, 1)).run(3, ONE_CHUNK);

        assertThat(turns).containsExactly("contender", "baseline", "baseline", "contender", "contender", "baseline");
    }

    @Test
    void run_threePairs_ratioIsTheMedianOfTheirs() throws InterruptedException {
        Figures figures = pairs(List.of(100, 300, 200), List.of(10, 150, 200)).run(3, ONE_CHUNK);

        assertThat(figures.get(Metric.P99_RATIO).orElseThrow()).isCloseTo(2, within(0.5));
    }

    @Test
    void run_threePairs_otherFiguresAreOfAllTurnsOfTheContender() throws InterruptedException {
        Figures figures =
                pairs(List.of(100, 300, 200), List.of(1000, 1000, 1000)).run(3, ONE_CHUNK);

        assertThat(figures.get(Metric.P50).orElseThrow() / 1e6).isCloseTo(200, within(50.0));
        assertThat(figures.get(Metric.P99).orElseThrow() / 1e6).isCloseTo(300, within(50.0));
        assertThat(figures.get(Metric.RATE)).isNotEmpty();
    }

    private PairedPublications pairs(List<Integer> contenderSeconds, List<Integer> baselineSeconds) {
        return new PairedPublications(
                new Late("contender", contenderSeconds.iterator()),
                new Late("baseline", baselineSeconds.iterator()),
                0);
    }

    /** Delivers at once, and pretends that it took some seconds, which differ from turn to turn. */
    private final class Late implements DeliveryContender {
        private final String name;
        private final Iterator<Integer> seconds;
        private final Receiver receiver = new Receiver();
        private long lateNanos;
        private int published;

        private Late(String name, Iterator<Integer> seconds) {
            this.name = name;
            this.seconds = seconds;
        }

        @Override
        public List<Receiver> receivers() {
            return List.of(receiver);
        }

        @Override
        public void publish(long nanos) {
            if (published++ % Publication.CHUNK == 0) {
                turns.add(name);
                lateNanos = Duration.ofSeconds(seconds.next()).toNanos();
            }
            receiver.receive(nanos - lateNanos);
        }

        @Override
        public void close() {}
    }
}
