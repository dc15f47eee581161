// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.cli.JournalEvents.Line;
import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventFilter;
import io.runflux.events.EventJson;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.SubscribeOptions;
import io.runflux.orchestrator.ContainerSnapshot;
import io.runflux.orchestrator.Orchestrator;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "events",
        description = "Prints what happened to the containers of this state directory, or to those of a server, one"
                + " JSON object a line. What is not kept any more is printed as a gap.",
        mixinStandardHelpOptions = true)
final class EventsCommand implements Callable<Integer> {
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

    @Option(
            names = "--since",
            paramLabel = "N|PLACE|TIME",
            converter = EventStart.Converter.class,
            description = "begin with event N of a server (--connect); after the event at PLACE, its epoch and number"
                    + " such as 6f1c...-42; or with what was published since TIME, such as 10m, or 2026-01-31T09:00:00Z"
                    + " (default: all that are kept)")
    private EventStart start = EventStart.beginning();

    @Option(
            names = "--filter",
            paramLabel = "NAME=VALUE",
            converter = FilterField.Converter.class,
            description = "only topic=TOPIC, such as topic=/tasks/exit, topic=/tasks/ or topic=/hooks/*, or only"
                    + " container=ID (repeatable: any of the topics, any of the containers)")
    private List<FilterField> fields = List.of();

    @Option(names = "--topic", paramLabel = "TOPIC", description = "the same as --filter topic=TOPIC (repeatable)")
    private List<String> topics = List.of();

    @Option(
            names = "--id",
            paramLabel = "ID",
            converter = ContainerIdConverter.class,
            description = "the same as --filter container=ID (repeatable)")
    private List<ContainerId> ids = List.of();

    @Override
    public Integer call() {
        EventFilter filter = filter();
        connection.check();
        if (connection.isWanted()) {
            printFromServer(filter);
        } else {
            printFromJournal(filter);
        }
        return ExitCodes.OK;
    }

    private EventFilter filter() {
        List<FilterField> all = new ArrayList<>(fields);
        topics.forEach(topic -> all.add(new FilterField("topic", topic)));
        ids.forEach(id -> all.add(new FilterField("container", id.value())));
        try {
            return FilterField.toFilter(all);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private void printFromJournal(EventFilter filter) {
        if (start.number() > 0) {
            throw usage("--since with a number goes with --connect, since every command numbers its own events; here it"
                    + " takes EPOCH-NUMBER, or a time such as 10m");
        }
        JournalEvents.flux(new EventJournal(StateDirectory.open(root)), start.place(), follow)
                .filter(line -> isWanted(line.event(), filter))
                .map(Line::text)
                .takeWhile(this::print)
                .blockLast();
    }

    private void printFromServer(EventFilter filter) {
        if (root != null) {
            throw usage("--root does not go with --connect");
        }
        try (CommandScope scope = CommandScope.open(false)) {
            scope.await(connection.use(orchestrator -> served(orchestrator, filter)
                    .filter(event -> isWanted(event, filter))
                    .map(EventJson::write)
                    .publishOn(Schedulers.boundedElastic(), AHEAD)
                    .takeWhile(this::print)
                    .then()));
        }
    }

    /** Where it ends is a number, and the event of that number may be none that is wanted. */
    private Flux<EventEnvelope> served(Orchestrator orchestrator, EventFilter filter) {
        SubscribeOptions options = start.addTo(SubscribeOptions.defaults().withOverflow(OverflowPolicy.WAIT));
        return follow
                ? orchestrator.events(options.withFilter(filter))
                : orchestrator.snapshot().flatMapMany(now -> until(now, orchestrator, options));
    }

    private static Flux<EventEnvelope> until(ContainerSnapshot now, Orchestrator orchestrator, SubscribeOptions from) {
        boolean isSameLife = from.epoch() == null || now.epoch().equals(from.epoch());
        return isSameLife && from.fromSequence() > now.sequence()
                ? Flux.empty()
                : orchestrator.events(from).takeUntil(event -> event.sequence() >= now.sequence());
    }

    private boolean isWanted(EventEnvelope event, EventFilter filter) {
        return filter.matches(event.event()) && start.includes(event);
    }

    /** Tells whether somebody still reads. */
    private boolean print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        return !out.checkError();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
