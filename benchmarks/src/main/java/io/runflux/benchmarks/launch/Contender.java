// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import reactor.core.publisher.Mono;

/**
 * One way to launch a child and see it to its end: the end of its standard output, and exit status 0. All contenders
 * are given the same program and an empty environment, and those for hooks the same state.
 */
public interface Contender extends AutoCloseable {
    /**
     * Launches one child after another, as long as the batch has a launch left. As many slots run at once as launches
     * are to be in flight, and they do not wait for each other.
     *
     * @param batch what to take launches from, the first one being the slot's already, and to record them in
     * @return completes empty when the batch has no launch left; fails if a child does
     */
    Mono<Void> slot(Batch batch);

    @Override
    void close();
}
