// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.ProcessView;
import io.runflux.stdio.LogReader;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.StdioUri;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What can be asked about containers, and changes nothing. */
final class ContainerQueries {
    private static final Logger log = LoggerFactory.getLogger(ContainerQueries.class);

    private final RunContext context;

    ContainerQueries(RunContext context) {
        this.context = context;
    }

    /** The number is read first, the runtime next, and what is known here, which is newer, counts. */
    Mono<ContainerSnapshot> snapshot() {
        return Mono.defer(() -> {
            long sequence = context.events().lastSequence();
            return states().flatMap(this::withKnown)
                    .map(containers -> new ContainerSnapshot(context.events().epoch(), sequence, containers));
        });
    }

    private Mono<Map<ContainerId, ContainerInfo>> states() {
        return context.runtime().list().collect(TreeMap::new, this::add);
    }

    /** A runtime allows ids that nobody here can name. */
    private void add(Map<ContainerId, ContainerInfo> all, ContainerState state) {
        try {
            ContainerInfo info = ContainerInfo.of(state, context.runtime().name());
            all.put(info.id(), info);
        } catch (IllegalArgumentException foreign) {
            log.debug("a container is not listed: {}", foreign.getMessage());
        }
    }

    private Mono<List<ContainerInfo>> withKnown(Map<ContainerId, ContainerInfo> all) {
        return context.registry()
                .all()
                .doOnNext(info -> all.put(info.id(), info))
                .then(Mono.fromSupplier(() -> List.copyOf(all.values())));
    }

    Mono<ContainerDetails> inspect(TrackedContainer container) {
        return context.runtime()
                .state(container.id())
                .map(state -> details(container, state))
                .onErrorResume(
                        NoSuchContainerException.class,
                        e -> container.isOurs() ? Mono.fromSupplier(() -> details(container, null)) : Mono.error(e));
    }

    private static ContainerDetails details(TrackedContainer container, @Nullable ContainerState state) {
        ContainerRun run = container.run();
        LaunchedStreams streams = run == null ? null : run.plan().streams();
        int attached = run == null ? 0 : run.attachments().count();
        return new ContainerDetails(
                container.info(),
                state,
                streams == null ? null : streams.wanted(),
                attached,
                streams == null || run == null ? null : run.plan().supervision(),
                container.health());
    }

    Mono<ContainerStats> stats(TrackedContainer container) {
        return container
                .require(ContainerOperation.STATS)
                .then(context.runtime().stats(container.id()));
    }

    /** The first sample tells whether it runs. */
    Flux<ContainerStats> stats(TrackedContainer container, Duration interval) {
        ContainerRun run = container.run();
        Flux<ContainerStats> more = Flux.interval(interval)
                .onBackpressureDrop()
                .concatMap(tick -> stats(container), 1)
                .onErrorComplete(IllegalContainerStateException.class)
                .onErrorComplete(NoSuchContainerException.class)
                .onErrorResume(e -> hasEnded(container).flatMap(isOver -> isOver ? Mono.empty() : Mono.error(e)));
        return stats(container).concatWith(run == null ? more : more.takeUntilOther(ended(run)));
    }

    /** As its runtime sees it, which may be before its exit is seen here. */
    private Mono<Boolean> hasEnded(TrackedContainer container) {
        return context.runtime()
                .state(container.id())
                .map(state -> state.status() == ContainerStatus.STOPPED)
                .onErrorReturn(NoSuchContainerException.class, true)
                .onErrorReturn(false);
    }

    private static Mono<Boolean> ended(ContainerRun run) {
        return run.exit().hasElement();
    }

    Flux<ProcessState> processes(TrackedContainer container) {
        return container
                .require(ContainerOperation.PS)
                .thenMany(context.runtime().processes(container.id(), ProcessView.RUNNING));
    }

    Mono<ProcessTable> top(TrackedContainer container, TopOptions options) {
        return container
                .require(ContainerOperation.PS)
                .then(context.runtime().top(container.id(), options.toArguments()));
    }

    Flux<LogRecord> logs(TrackedContainer container, LogsOptions options) {
        ContainerRun run = container.run();
        LaunchedStreams streams = run == null ? null : run.plan().streams();
        StdioUri target = streams == null ? null : streams.wanted().log();
        if (streams == null || target == null || target.scheme() != StdioUri.Scheme.FILE) {
            return Flux.error(() -> new NoLogException(container.id()));
        }
        LogReader reader = LogReader.of(target, context.logs());
        return options.follow() ? reader.follow(options.start(), streams.closed()) : reader.read(options.start());
    }

    Mono<ExitStatus> attach(TrackedContainer container, ContainerStreams streams) {
        ContainerRun run = container.run();
        if (run == null) {
            return Mono.error(() -> new IllegalStateException(
                    "container " + container.id() + " was not launched here, and its streams are somebody else's"));
        }
        return Mono.usingWhen(
                Mono.fromSupplier(() -> run.attachments().attach()),
                attachment -> streams.relay(attachment).then(Mono.defer(attachment::exitIfOver)),
                Attachment::release);
    }
}
