// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerState;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls the commands of a runtime: the funnel of all whose output is an answer, and what the others share with it. */
final class RuntimeCommands {
    private final RuntimeConfig config;
    private final Dialect dialect;
    private final CommandRunner runner;
    private final Mono<RuntimeProfile> profile;
    private final TrustedPlaces places;
    private final AtomicBoolean hasSwept = new AtomicBoolean();

    RuntimeCommands(RuntimeConfig config, Dialect dialect, ProcessMonitor monitor) {
        dialect.check(config);
        this.config = config;
        this.dialect = dialect;
        places = new TrustedPlaces(config, dialect.name(), System::nanoTime);
        runner = new CommandRunner(monitor);
        profile = new RuntimeProbe(command -> runner.run(command, config.callTimeout()))
                .probe(config, dialect)
                .onErrorMap(TimeoutException.class, e -> probeTimedOut())
                .transform(Operation.named("ask what " + dialect.name() + " can do"))
                .cacheInvalidateIf(known -> !known.isComplete());
    }

    RuntimeConfig config() {
        return config;
    }

    CommandRunner runner() {
        return runner;
    }

    Dialect dialect() {
        return dialect;
    }

    /** What is installed, asked once; a failure is not kept, nor is what it did not tell all of. */
    Mono<RuntimeProfile> profile() {
        return profile;
    }

    /** Completes if the installed runtime can do that. */
    Mono<Void> ensure(RuntimeFeature feature) {
        return profile.filter(known -> !known.features().contains(feature))
                .flatMap(known -> Mono.error(refusal(feature, known)));
    }

    private static OciRuntimeException refusal(RuntimeFeature feature, RuntimeProfile known) {
        return known.isComplete()
                ? new NotSupportedException(feature.toString(), known.toString())
                : new RuntimeUnavailableException(
                        "whether " + known + " has " + feature + " is not known: it failed when asked for help", null);
    }

    /** Calls a command and yields what it said; fails if it failed. */
    Mono<CommandResult> call(Subject subject, List<String> arguments) {
        return call(subject, arguments, this::succeed);
    }

    private Mono<CommandResult> call(
            Subject subject, List<String> arguments, Function<Call, Mono<CommandResult>> calling) {
        Mono<CommandResult> result = isHeardOnStderr()
                ? toCall(subject, arguments).flatMap(calling)
                : Invocation.use(config, invocation -> toCall(invocation, subject, List.of(), arguments)
                        .flatMap(calling));
        return result.transform(Operation.named(subject));
    }

    /** Whether a call can do without a log of its own: nobody gathers that, and only the runtime writes there. */
    private boolean isHeardOnStderr() {
        return dialect.logsToStderr()
                && config.log() == null
                && config.commandPrefix().isEmpty()
                && config.extraArguments().isEmpty();
    }

    /** As {@link #call(Subject, List)}, with arguments that name files in a directory of the call. */
    Mono<CommandResult> call(Subject subject, Function<Invocation, Mono<List<String>>> arguments) {
        return call(subject, arguments, List.of());
    }

    /** As {@link #call(Subject, Function)}, with descriptors beyond the standard streams. */
    Mono<CommandResult> call(
            Subject subject, Function<Invocation, Mono<List<String>>> arguments, List<Stdio> descriptors) {
        return Invocation.use(config, invocation -> arguments
                        .apply(invocation)
                        .flatMap(words -> toCall(invocation, subject, List.of(), words))
                        .map(call -> call.with(descriptors))
                        .flatMap(this::succeed))
                .transform(Operation.named(subject));
    }

    /** As {@link #call(Subject, List)}, for a command that waits, which no configuration limits. */
    Mono<CommandResult> unlimitedCall(Subject subject, List<String> arguments) {
        return call(subject, arguments, call -> succeed(call, runner.run(call.command(), null)));
    }

    /** As {@link #call(Subject, List)}, where the answer is a file that the command leaves in its directory. */
    <T> Mono<T> callForFile(Subject subject, Function<Path, List<String>> arguments, Function<Path, T> reader) {
        return Invocation.use(config, invocation -> toCall(
                                invocation, subject, List.of(), arguments.apply(invocation.directory()))
                        .flatMap(this::succeed)
                        .flatMap(result -> Blocking.call(() -> reader.apply(invocation.directory()))))
                .transform(Operation.named(subject));
    }

    Mono<ContainerState> state(ContainerId id) {
        Subject subject = Subject.of("read the state of", id);
        return parse(subject, call(subject, dialect.state(id)), text -> OciJson.read(text, ContainerState.class));
    }

    Flux<ContainerState> list() {
        Subject subject = Subject.of("list containers");
        return parse(subject, call(subject, dialect.list()), text -> OciJson.readList(text, ContainerState.class))
                .flatMapIterable(states -> states);
    }

    Mono<Void> delete(ContainerId id, DeleteOptions options) {
        Mono<Void> delete = call(Subject.of(ContainerOperation.DELETE, id), dialect.delete(id, options))
                .then();
        return options.force()
                ? delete.onErrorResume(CommandFailedException.class, error -> requireGone(id, error))
                        .onErrorComplete(NoSuchContainerException.class)
                : explained(id, delete);
    }

    /** One runtime crashes when it has deleted what was paused. */
    private Mono<Void> requireGone(ContainerId id, CommandFailedException error) {
        return state(id)
                .onErrorMap(e -> !(e instanceof NoSuchContainerException), e -> error)
                .flatMap(state -> Mono.error(error));
    }

    /** Adds the state that a container is in to an error that says which it must be in. */
    <T> Mono<T> explained(ContainerId id, Mono<T> operation) {
        return operation.onErrorResume(
                IllegalContainerStateException.class,
                error -> error.actual() != null
                        ? Mono.error(error)
                        : state(id)
                                .map(state -> error.withActual(state.status()))
                                .onErrorReturn(error)
                                .flatMap(Mono::error));
    }

    /** Streams the values that a command writes; cancelling ends it. A few are read ahead. */
    <T> Flux<T> stream(Subject subject, List<String> arguments, Class<T> type) {
        return Invocation.useMany(config, invocation -> toCall(invocation, subject, List.of(), arguments)
                        .flatMapMany(call -> stream(call, type)))
                .onErrorMap(RuntimeException.class, error -> Operation.toTyped(subject, error))
                .checkpoint(subject.toString());
    }

    /** A call that keeps nothing on disk, and logs to standard error. */
    private Mono<Call> toCall(Subject subject, List<String> arguments) {
        return Blocking.call(() -> new Call(
                stderr -> Blocking.call(() -> RuntimeLog.readStderr(stderr)),
                subject,
                toCommand(subject, List.of(), null, arguments)));
    }

    Mono<Call> toCall(Invocation invocation, Subject subject, List<String> prefix, List<String> arguments) {
        return Blocking.call(() -> {
            Command command = toCommand(subject, prefix, invocation.logFile(), arguments);
            invocation.makeDirectory();
            return new Call(invocation::said, subject, command);
        });
    }

    private Command toCommand(Subject subject, List<String> prefix, @Nullable Path logFile, List<String> arguments)
            throws IOException {
        if (hasSwept.compareAndSet(false, true)) {
            CallDirectories.sweep(config.temporaryDirectory());
        }
        TrustedPlaces.Found found = places.find();
        List<String> argv = new ArrayList<>(config.commandPrefix());
        argv.addAll(prefix);
        argv.add(found.binary().toString());
        argv.addAll(dialect.global(found.config(), logFile));
        argv.addAll(arguments);
        Command command = Command.of(config, argv);
        return subject.runsHooks() ? command.leavingGroupAlone() : command;
    }

    /** Reads an answer where that may take its time, not on the loop that saw the end of the command. */
    <T> Mono<T> parse(Subject subject, Mono<CommandResult> answer, Function<String, T> parser) {
        return Blocking.chain(answer.flatMap(result -> Blocking.call(() -> parseNow(subject, result, parser))));
    }

    private <T> T parseNow(Subject subject, CommandResult result, Function<String, T> parser) {
        try {
            return parser.apply(result.stdout());
        } catch (OciJsonException e) {
            String what = result.isTruncated() ? " answered too much" : " did not answer in JSON";
            throw new CommandFailedException(
                    "cannot " + subject + ": " + dialect.name() + what + ": " + e.getMessage(), null, e);
        }
    }

    /** Limits work with a command that was already started, as the configuration does. */
    <T> Mono<T> limited(Mono<T> work, Call call) {
        Duration limit = config.callTimeout();
        return limit == null ? work : limitExplained(work.timeout(limit), call);
    }

    private <T> Mono<T> limitExplained(Mono<T> work, Call call) {
        return work.onErrorMap(TimeoutException.class, e -> timedOut(call));
    }

    private RuntimeTimeoutException probeTimedOut() {
        return new RuntimeTimeoutException(
                "ask what " + dialect.name() + " can do", Objects.requireNonNull(config.callTimeout()), null);
    }

    private RuntimeTimeoutException timedOut(Call call) {
        FailedCommand killed = new FailedCommand(call.command().argv(), ExitStatus.unknown(), "", null);
        return new RuntimeTimeoutException(
                call.subject().toString(), Objects.requireNonNull(config.callTimeout()), killed);
    }

    private Mono<CommandResult> succeed(Call call) {
        return succeed(call, limitExplained(runner.run(call.command(), config.callTimeout()), call));
    }

    private static Mono<CommandResult> succeed(Call call, Mono<CommandResult> run) {
        return run.flatMap(result ->
                result.status().isSuccess() ? Mono.just(result) : call.failure(result.status(), result.stderr()));
    }

    private <T> Flux<T> stream(Call call, Class<T> type) {
        ProcessSpec spec = call.command()
                .toSpec()
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        return Flux.usingWhen(runner.start(spec), process -> stream(process, call, type), RunningProcess::release);
    }

    private <T> Flux<T> stream(RunningProcess process, Call call, Class<T> type) {
        StderrTail stderr = new StderrTail();
        Mono<T> reading = stderr.follow(process).<T>then(Mono.empty()).cache();
        Mono<T> end = Mono.defer(() -> runner.await(process))
                .flatMap(status -> status.isSuccess()
                        ? Mono.empty()
                        : reading.switchIfEmpty(Mono.defer(() -> call.failure(status, stderr.text()))));
        return OciJson.stream(process.stdout(), type).concatWith(end).mergeWith(reading);
    }
}
