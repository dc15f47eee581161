// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.Metric;
import io.runflux.benchmarks.Ratios;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs of a publisher with a contender and with its baseline in turns, so that whatever the machine does meets both
 * alike. Who was second in a pair is first in the next one. All is evaluated at the end, and nothing between two runs.
 */
final class PairedPublications {
    private final DeliveryContender contender;
    private final DeliveryContender baseline;
    private final int pace;
    private final List<Publication> ofContender = new ArrayList<>();
    private final List<Publication> ofBaseline = new ArrayList<>();

    PairedPublications(DeliveryContender contender, DeliveryContender baseline, int pace) {
        this.contender = contender;
        this.baseline = baseline;
        this.pace = pace;
    }

    /** Returns the figures over all runs of the contender, and the median of the pairs' ratios. */
    Figures run(long pairs, long turnNanos) throws InterruptedException {
        for (long pair = 0; pair < pairs; pair++) {
            if (pair % 2 == 0) {
                ofContender.add(new Publication(contender, pace).run(turnNanos));
                ofBaseline.add(new Publication(baseline, pace).run(turnNanos));
            } else {
                ofBaseline.add(new Publication(baseline, pace).run(turnNanos));
                ofContender.add(new Publication(contender, pace).run(turnNanos));
            }
        }
        return Publication.figures(ofContender).with(Metric.P99_RATIO, medianRatio());
    }

    private double medianRatio() {
        return Ratios.median(IntStream.range(0, ofContender.size())
                .mapToObj(pair -> p99(ofContender.get(pair)) / p99(ofBaseline.get(pair)))
                .toList());
    }

    private static double p99(Publication run) {
        return run.figures().get(Metric.P99).orElseThrow();
    }
}
