// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventFilter;
import io.runflux.events.EventFormatException;
import io.runflux.events.EventJson;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.SubscribeOptions;
import io.runflux.orchestrator.ContainerSnapshot;
import io.runflux.orchestrator.Orchestrator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "events",
        description = "Prints what happened to the containers of this state directory, one JSON object a line.",
        mixinStandardHelpOptions = true)
final class EventsCommand implements Callable<Integer> {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private static final int AHEAD = 64;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectOptions connection = new ConnectOptions();

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "where containers and events are kept (default: /run/runflux, or that of this user)")
    private @Nullable Path root;

    @Option(
            names = {"-f", "--follow"},
            description = "go on with the events that come")
    private boolean follow;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "such as /tasks/exit, or /tasks/ (repeatable)")
    private List<String> topics = List.of();

    @Option(
            names = "--id",
            paramLabel = "ID",
            converter = ContainerIdConverter.class,
            description = "the container (repeatable)")
    private List<ContainerId> ids = List.of();

    @Override
    public Integer call() {
        EventFilter filter = filter();
        connection.check();
        if (connection.isWanted()) {
            return printFromServer(filter);
        }
        EventJournal journal = new EventJournal(StateDirectory.open(root));
        lines(journal)
                .filter(line -> matches(line, filter))
                .takeWhile(this::print)
                .blockLast();
        return ExitCodes.OK;
    }

    /** All that the server keeps, and what comes if that is wanted. A gap is printed like the others. */
    private int printFromServer(EventFilter filter) {
        if (root != null) {
            throw new ParameterException(spec.commandLine(), "--root does not go with --connect");
        }
        try (CommandScope scope = CommandScope.open(false)) {
            scope.await(Mono.usingWhen(
                    Mono.fromSupplier(connection::open),
                    orchestrator -> served(orchestrator)
                            .filter(event -> filter.matches(event.event()))
                            .map(EventJson::write)
                            .publishOn(Schedulers.boundedElastic(), AHEAD)
                            .takeWhile(this::print)
                            .then(),
                    Orchestrator::disposeLater));
        }
        return ExitCodes.OK;
    }

    private Flux<EventEnvelope> served(Orchestrator orchestrator) {
        SubscribeOptions all =
                SubscribeOptions.defaults().withOverflow(OverflowPolicy.WAIT).from(1);
        return follow
                ? orchestrator.events(all)
                : orchestrator
                        .snapshot()
                        .map(ContainerSnapshot::sequence)
                        .flatMapMany(last -> last == 0
                                ? Flux.empty()
                                : orchestrator.events(all).takeUntil(event -> event.sequence() >= last));
    }

    private EventFilter filter() {
        try {
            return new EventFilter(Set.copyOf(topics), Set.copyOf(ids));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Flux<String> lines(EventJournal journal) {
        Flux<Long> polls = follow ? Flux.interval(Duration.ZERO, POLL_INTERVAL).onBackpressureDrop() : Flux.just(0L);
        return Flux.using(
                () -> new JournalReader(journal),
                reader -> polls.publishOn(Schedulers.boundedElastic(), 1).concatMapIterable(tick -> read(reader)),
                EventsCommand::close);
    }

    private static List<String> read(JournalReader reader) {
        try {
            return reader.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(JournalReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line of a later version, or half of one after a crash, is none of ours. */
    private static boolean matches(String line, EventFilter filter) {
        try {
            return filter.matches(EventJson.read(line).event());
        } catch (EventFormatException e) {
            return false;
        }
    }

    /** Tells whether somebody still reads. */
    private boolean print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        return !out.checkError();
    }
}
