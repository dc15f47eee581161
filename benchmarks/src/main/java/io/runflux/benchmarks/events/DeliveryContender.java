// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import java.util.List;

/** One way to deliver events to several. */
interface DeliveryContender extends AutoCloseable {
    /** Those who must get every event. */
    List<Receiver> receivers();

    /** Publishes an event; who receives it is told the time that is given here. */
    void publish(long nanos);

    @Override
    void close();
}
