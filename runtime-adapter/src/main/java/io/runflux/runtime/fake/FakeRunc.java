// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The commands of runc 1.1.5: what each does, says and exits with. */
final class FakeRunc {
    private static final int EXEC_FAILED = 255;

    private final Containers containers;
    private final FakeStarts starts;
    private final Failpoints failpoints;
    private final Scheduler clock;

    FakeRunc(Containers containers, FakeStarts starts, Failpoints failpoints, Scheduler clock) {
        this.containers = containers;
        this.starts = starts;
        this.failpoints = failpoints;
        this.clock = clock;
    }

    /** Yields how the command ends, never empty. */
    Mono<ExitStatus> execute(FakeCommand command) {
        return Mono.defer(() -> dispatch(command))
                .onErrorResume(RuncFailure.class, e -> fail(command, Map.of(), e))
                .onErrorReturn(BrokenPipeException.class, ExitStatus.signaled(Payload.PIPE))
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<ExitStatus> dispatch(FakeCommand command) {
        CommandLine global = CommandLine.read(Syntax.GLOBAL, command.arguments());
        String name = name(global);
        return Mono.defer(() -> failpoints.pass(name, call(command, global, name), call -> carryOut(name, call)))
                .onErrorMap(UncheckedIOException.class, e -> new RuncFailure(String.valueOf(e.getMessage())))
                .onErrorResume(RuncFailure.class, e -> fail(command, global.options(), toFailureOf(name, e)));
    }

    private static String name(CommandLine global) {
        if (global.has("version")) {
            return "--version";
        }
        return global.has("help") || global.words().isEmpty() ? "--help" : global.word(0);
    }

    private static Call call(FakeCommand command, CommandLine global, String name) {
        boolean isForHelp = name.startsWith("--") || global.wordsFrom(1).contains("--help");
        CommandLine line = isForHelp
                ? new CommandLine(Map.of("help", "true"), List.of())
                : CommandLine.read(Syntax.get(name), global.wordsFrom(1));
        return new Call(command, global, line, answer -> answer);
    }

    private static RuncFailure toFailureOf(String name, RuncFailure failure) {
        return switch (name) {
            case "create", "run" -> failure.prefixed("runc " + name + " failed: ", 1);
            case "exec" -> failure.prefixed("exec failed: ", EXEC_FAILED);
            default -> failure;
        };
    }

    /** With a log, standard error gets the bare message. */
    private static Mono<ExitStatus> fail(FakeCommand command, Map<String, String> options, RuncFailure failure) {
        String log = options.get("log");
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String line = "json".equals(options.get("log-format"))
                ? logged(failure, time)
                : "time=\"" + time + "\" level=error msg=\"" + failure.text() + "\"";
        if (log != null) {
            append(Path.of(log), line);
        }
        return command.streams()
                .stderr()
                .write(((log == null ? line : failure.text()) + "\n").getBytes(StandardCharsets.UTF_8))
                .thenReturn(ExitStatus.exited(failure.exitCode()));
    }

    private static String logged(RuncFailure failure, String time) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("level", "error");
        entry.put("msg", failure.text());
        entry.put("time", time);
        return OciJson.write(entry);
    }

    private static void append(Path log, String line) {
        try {
            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new RuncFailure("open " + log + ": " + e.getMessage());
        }
    }

    private Mono<ExitStatus> carryOut(String name, Call call) {
        if (call.line().has("help")) {
            return succeed(call.answer(help(name)));
        }
        Syntax.get(name).checkCount(call.line().words().size());
        return switch (name) {
            case "create" -> starts.create(call);
            case "run" -> starts.run(call);
            case "restore" -> starts.restore(call);
            case "exec" -> starts.exec(call);
            case "events" -> events(call);
            default -> succeed(simple(name, call));
        };
    }

    private static String help(String name) {
        return switch (name) {
            case "--version" -> Answers.VERSION;
            case "--help" -> Syntax.overview();
            default -> Syntax.get(name).help();
        };
    }

    private static Mono<ExitStatus> succeed(Mono<Void> work) {
        return work.thenReturn(ExitStatus.exited(0));
    }

    private Mono<Void> simple(String name, Call call) {
        return switch (name) {
            case "features" -> call.answer(Answers.FEATURES);
            case "spec" -> done(() -> writeSpec(call));
            case "list" -> call.answer(list(call));
            case "delete" -> done(() -> delete(call));
            default -> inContainer(name, call, containers.get(call.id()));
        };
    }

    private Mono<Void> inContainer(String name, Call call, FakeContainer container) {
        return switch (name) {
            case "start" -> done(container::start);
            case "state" -> call.answer(Answers.state(container));
            case "pause" -> done(container::pause);
            case "resume" -> done(container::resume);
            case "kill" -> done(() -> kill(call, container));
            case "ps" -> call.answer(ps(call, container));
            case "update" -> done(() -> update(call, container));
            case "checkpoint" -> done(() -> checkpoint(call, container));
            default -> throw new IllegalStateException("no such command: " + name);
        };
    }

    private static Mono<Void> done(Runnable work) {
        return Mono.fromRunnable(work);
    }

    private String list(Call call) {
        if (call.line().has("quiet")) {
            return containers.all().stream().map(one -> one.id() + "\n").reduce("", String::concat);
        }
        boolean isJson = call.line().option("format", "table").equals("json");
        return isJson ? Answers.list(containers.all()) : Answers.table(containers.all());
    }

    private static String ps(Call call, FakeContainer container) {
        boolean isJson = call.line().option("format", "table").equals("json");
        return isJson
                ? Answers.pids(container)
                : Answers.processes(container, call.line().wordsFrom(1));
    }

    private void delete(Call call) {
        boolean isForced = call.line().has("force");
        if (isForced && !containers.has(call.id())) {
            return;
        }
        FakeContainer container = containers.get(call.id());
        if (!isForced) {
            container.requireDeletable();
        }
        containers.remove(container);
    }

    private static void kill(Call call, FakeContainer container) {
        String word = call.line().words().size() < 2 ? "TERM" : call.line().word(1);
        boolean isNumber = word.matches("\\d{1,9}");
        try {
            container.signal(Signal.parse(word), call.line().has("all"));
        } catch (IllegalArgumentException e) {
            throw new RuncFailure(
                    isNumber ? "unable to signal init: invalid argument" : "unknown signal \"" + word + "\"");
        }
    }

    private static void update(Call call, FakeContainer container) {
        try {
            container.update(OciJson.read(Path.of(call.line().option("resources", "")), LinuxResources.class));
        } catch (OciJsonException e) {
            throw new RuncFailure("json: " + e.getMessage());
        }
    }

    private void checkpoint(Call call, FakeContainer container) {
        ContainerStatus status = container.status();
        if (status == ContainerStatus.CREATED || status == ContainerStatus.STOPPED) {
            throw new RuncFailure("Container cannot be checkpointed in " + status.word() + " state");
        }
        Path image = FakeStarts.image(call);
        try {
            Files.createDirectories(Objects.requireNonNull(image.getParent()));
        } catch (IOException e) {
            throw new RuncFailure("mkdir " + image.getParent() + ": " + e.getMessage());
        }
        OciJson.write(image, container.init().arguments());
        if (!call.line().has("leave-running") && !call.line().has("pre-dump")) {
            containers.remove(container);
        }
    }

    /** Its answer is a file. */
    private static void writeSpec(Call call) {
        Path file = Path.of(call.line().option("bundle", "."))
                .resolve(Spec.FILE_NAME)
                .toAbsolutePath();
        if (Files.exists(file)) {
            throw new RuncFailure("File config.json exists. Remove it first");
        }
        Spec spec = SpecDefaults.defaults().generate(file.resolveSibling("rootfs"), List.of("sh"));
        Spec relative = spec.withRoot(new Root("rootfs", true, Map.of()))
                .withProcess(Objects.requireNonNull(spec.process()).withTerminal(true));
        try {
            Files.writeString(file, call.corruption().apply(OciJson.write(relative)));
        } catch (IOException e) {
            throw new RuncFailure("open " + file + ": " + e.getMessage());
        }
    }

    private Mono<ExitStatus> events(Call call) {
        FakeContainer container = containers.get(call.id());
        Duration interval = GoDuration.parse(call.line().option("interval", "5s"));
        if (interval.isNegative() || interval.isZero()) {
            throw new RuncFailure("duration interval must be greater than 0");
        }
        if (container.status() == ContainerStatus.STOPPED) {
            throw new RuncFailure("container with id " + container.id() + " is not running");
        }
        if (call.line().has("stats")) {
            return succeed(call.answer(Answers.stats(container)));
        }
        return succeed(Flux.interval(interval, clock)
                .onBackpressureDrop()
                .concatMap(tick -> call.answer(Answers.stats(container)), 1)
                .takeUntilOther(container.init().exit())
                .then());
    }
}
