// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.Metric;
import io.runflux.benchmarks.Peer;
import io.runflux.benchmarks.Ratios;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lives of containers by a contender and by a peer in turns, so that whatever the machine does meets both alike. Who
 * was second in a pair is first in the next one.
 */
final class PairedLives {
    private static final int PAIRS = 4;

    private final Contender contender;
    private final List<String> peer;
    private final Duration turn;
    private final long[] ofTurn = new long[Batch.CAPACITY];
    private final long[] ofAll = new long[Batch.CAPACITY];
    private int count;
    private long elapsedNanos;

    /** Takes the command of a peer that measures itself for one turn. */
    PairedLives(Contender contender, List<String> peer, Duration turn) {
        this.contender = contender;
        this.peer = peer;
        this.turn = turn;
    }

    /** Returns the figures over all turns of the contender, and the median of the pairs' ratios. */
    Figures run() {
        count = 0;
        elapsedNanos = 0;
        List<Double> ratios = new ArrayList<>();
        for (int pair = 0; pair < PAIRS; pair++) {
            if (pair % 2 == 0) {
                double mean = contendersTurn();
                ratios.add(mean / peersTurn());
            } else {
                double mean = peersTurn();
                ratios.add(contendersTurn() / mean);
            }
        }
        return Figures.ofLatencies(ofAll, count, elapsedNanos).with(Metric.MEAN_RATIO, Ratios.median(ratios));
    }

    private double contendersTurn() {
        long begun = System.nanoTime();
        Batch batch = new Batch(turn, 1, ofTurn);
        Figures figures = batch.run(contender);
        elapsedNanos += System.nanoTime() - begun;
        System.arraycopy(ofTurn, 0, ofAll, count, batch.count());
        count += batch.count();
        return figures.get(Metric.MEAN).orElseThrow();
    }

    private double peersTurn() {
        return Peer.ask(peer).get(Metric.MEAN).orElseThrow();
    }
}
