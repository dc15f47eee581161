// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Probes one life of a container. */
final class ContainerHealth {
    private static final Logger log = LoggerFactory.getLogger(ContainerHealth.class);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(1);

    private final HealthCheck check;
    private final TrackedContainer container;
    private final RunContext context;
    private final HealthProbe probe;
    private final AtomicInteger count = new AtomicInteger();

    ContainerHealth(HealthCheck check, ProbeSpec spec, TrackedContainer container, RunContext context) {
        this.check = check;
        this.container = container;
        this.context = context;
        probe = probe(spec);
    }

    private HealthProbe probe(ProbeSpec spec) {
        if (spec.http() != null) {
            return HealthProbe.http(spec.http());
        }
        if (spec.tcp() != null) {
            return HealthProbe.tcp(spec.tcp().host(), spec.tcp().port());
        }
        List<String> command = Objects.requireNonNull(spec.exec());
        return HealthProbe.exec((streams, limit) -> exec(command, streams, limit));
    }

    private Mono<ExitStatus> exec(List<String> command, ContainerStreams streams, Duration limit) {
        ExecRequest request = ExecRequest.of(container.id(), nextId(), ExecProcess.Command.of(command))
                .withStreams(streams)
                .withTimeout(limit)
                .withDrainTimeout(DRAIN_TIMEOUT);
        return new ContainerExec(request, container, context).run().map(ExecReport::status);
    }

    /** Says which life it is of, and which probe of that. */
    private ExecId nextId() {
        return ExecId.of("probe-" + container.info().notes().restarts() + "-" + count.incrementAndGet());
    }

    /** Probes from now on, and has all that comes of it noted. Never completes by itself, and does not fail. */
    Mono<Void> watch() {
        return new HealthWatch(check, probe, System::nanoTime)
                .reports(container.isAwake())
                .concatMap(container::probed, 1)
                .doOnError(e -> log.warn("{}: is not probed any more", container.id(), e))
                .onErrorComplete()
                .then();
    }
}
