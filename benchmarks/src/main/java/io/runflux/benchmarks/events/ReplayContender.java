// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

/** One who keeps events for later subscribers. */
interface ReplayContender extends AutoCloseable {
    /** Has a new subscriber take so many events that are kept, and returns how many of them came in their order. */
    long replay(int events);

    @Override
    void close();
}
