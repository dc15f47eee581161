// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import java.util.List;
import java.util.stream.IntStream;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Delivery by a sink of Reactor: what one writes who wants subscribers that do not run on the publisher's thread. */
final class SinksDeliveryContender implements DeliveryContender {
    private static final int BUFFER = 4096;

    private final Sinks.Many<Long> sink = Sinks.many().multicast().directBestEffort();
    private final Scheduler scheduler = Schedulers.newParallel("sinks", 2);
    private final List<Receiver> receivers;

    SinksDeliveryContender(int subscribers) {
        receivers =
                IntStream.range(0, subscribers).mapToObj(i -> new Receiver()).toList();
        receivers.forEach(receiver -> sink.asFlux().publishOn(scheduler, BUFFER).subscribe(receiver::receive));
    }

    @Override
    public List<Receiver> receivers() {
        return receivers;
    }

    @Override
    public void publish(long nanos) {
        sink.tryEmitNext(nanos).orThrow();
    }

    @Override
    public void close() {
        sink.tryEmitComplete();
        scheduler.dispose();
    }
}
