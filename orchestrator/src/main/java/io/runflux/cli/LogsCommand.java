// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.LogsOptions;
import io.runflux.stdio.LogReader;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStart;
import io.runflux.stdio.LogStream;
import io.runflux.stdio.StdioUri;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "logs",
        description = "Prints what a container wrote to the log that 'run --log' gave it, while it has one, or what is"
                + " in a log at any time. The bytes are passed on as they are, terminal escapes with them. Errors go to"
                + " standard error, where the format tells them from output.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LogsCommand implements Callable<Integer> {
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
            description = "go on with what comes, across rotations: to the end of the container, or, where a log was"
                    + " named, until Ctrl-C")
    private boolean follow;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "N",
            description = "begin with the last N lines of the log (default: all that are kept)")
    private @Nullable Integer tail;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "only what was written since then, such as 10m, or 2026-01-31T09:00:00Z; json and cri only")
    private @Nullable Instant since;

    @Option(
            names = {"-t", "--timestamps"},
            description = "put the time before each line; json and cri only")
    private boolean timestamps;

    @ArgGroup
    private @Nullable Stream stream;

    @Parameters(
            paramLabel = "ID|URI|PATH",
            description = "a container; or a log, as a URI, or as a path, which has a slash in it and is read as plain")
    private String target = "";

    /** Which of the two. */
    static final class Stream {
        @Option(names = "--stdout", description = "only output; json and cri only")
        boolean isOutput;

        @Option(names = "--stderr", description = "only errors; json and cri only")
        boolean isErrors;
    }

    @Override
    public Integer call() {
        connection.check();
        if (connection.isWanted()) {
            return printFromServer();
        }
        boolean isContainer = target.indexOf('/') < 0;
        Path directory = StateDirectory.open(root);
        LogPlaces.Found place = isContainer ? placeOf(container(), new LogPlaces(directory)) : null;
        LogTarget log = place == null ? named() : place.log();
        if (log.uri().scheme() != StdioUri.Scheme.FILE) {
            throw new IllegalArgumentException("only a log in a file can be printed, and that is " + log.uri());
        }
        checkFormat(log);
        Mono<Boolean> end = place == null ? Mono.never() : written(place.file());
        print(records(log, end)).block();
        return ExitCodes.OK;
    }

    private int printFromServer() {
        if (root != null) {
            throw usage("--root does not go with --connect");
        }
        ContainerId id = container();
        LogsOptions options = new LogsOptions(start(), follow);
        try (CommandScope scope = CommandScope.open(false)) {
            scope.await(connection.use(orchestrator -> print(orchestrator.logs(id, options))));
        }
        return ExitCodes.OK;
    }

    private Mono<Void> print(Flux<LogRecord> records) {
        RecordPrinter printer = new RecordPrinter(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), timestamps);
        return records.filter(this::isWanted)
                .publishOn(Schedulers.boundedElastic(), AHEAD)
                .doOnNext(printer::print)
                .then();
    }

    private Flux<LogRecord> records(LogTarget log, Mono<Boolean> end) {
        LogReader reader = LogReader.of(log.uri(), log.options());
        return follow ? reader.follow(start(), end) : reader.read(start());
    }

    private LogStart start() {
        return tail == null ? LogStart.beginning() : LogStart.last(checked(tail));
    }

    private int checked(int lines) {
        if (lines < 0) {
            throw usage("--tail must be 0 or more, was " + lines);
        }
        return lines;
    }

    private ContainerId container() {
        try {
            return ContainerId.of(target);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private static LogPlaces.Found placeOf(ContainerId id, LogPlaces places) {
        LogPlaces.Found found = places.find(id);
        if (found == null) {
            throw new IllegalArgumentException("container " + id + " has no log: it is not run with --log, or has been"
                    + " deleted; the file itself can be given");
        }
        return found;
    }

    private LogTarget named() {
        try {
            return LogTarget.named(target);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private void checkFormat(LogTarget log) {
        boolean isPlain = Objects.equals(log.uri().parameters().getOrDefault("format", "plain"), "plain");
        if (isPlain && (since != null || timestamps || stream != null)) {
            throw usage("--since, --timestamps, --stdout and --stderr need a log that tells them, by format=json or"
                    + " format=cri");
        }
    }

    /** Completes when the command that writes the log has done so, or was killed. */
    private static Mono<Boolean> written(Path place) {
        return Mono.fromCallable(() -> !LogPlaces.isWritten(place))
                .subscribeOn(Schedulers.boundedElastic())
                .filter(isOver -> isOver)
                .repeatWhenEmpty(polls -> polls.delayElements(POLL_INTERVAL));
    }

    private boolean isWanted(LogRecord log) {
        Instant time = log.time();
        boolean isOld = since != null && time != null && time.isBefore(since);
        return !isOld && (stream == null || log.stream() == (stream.isErrors ? LogStream.STDERR : LogStream.STDOUT));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
