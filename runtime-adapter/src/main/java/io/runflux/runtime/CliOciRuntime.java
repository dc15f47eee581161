// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client of a runtime's command line: each operation is one command. */
final class CliOciRuntime implements OciRuntime {
    private final RuntimeConfig config;
    private final Dialect dialect;
    private final ProcessLauncher launcher;
    private final CommandExecutor executor;

    CliOciRuntime(RuntimeConfig config, Dialect dialect, ProcessLauncher launcher, CommandExecutor executor) {
        this.config = config;
        this.dialect = dialect;
        this.launcher = launcher;
        this.executor = executor;
    }

    @Override
    public String name() {
        return dialect.name();
    }

    @Override
    public Mono<RuntimeInfo> info() {
        return call(Subject.of("ask for the version"), dialect.version())
                .map(result -> dialect.parseVersion(result.stdout()))
                .flatMap(version -> Blocking.call(() -> toInfo(version)));
    }

    @Override
    public Mono<ContainerProcess> create(ContainerId id, Path bundle, CreateOptions options) {
        Objects.requireNonNull(id, "id");
        Bundles.checkAbsolute(bundle);
        Subject subject = Subject.of("create", id, bundle);
        return ensureFeatures(options)
                .then(Bundles.check(bundle))
                .then(Invocation.useUnlessSuccessful(config, invocation -> createIn(invocation, subject, id, options)))
                .transform(Operation.named(subject));
    }

    @Override
    public Mono<Void> start(ContainerId id) {
        return call(Subject.of(ContainerOperation.START, id), dialect.start(id)).then();
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        Subject subject = Subject.of("read the state of", id);
        return call(subject, dialect.state(id)).map(result -> parse(subject, result, dialect::parseState));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        Mono<Void> kill = call(Subject.of(ContainerOperation.KILL, id), dialect.kill(id, signal, options))
                .then();
        return options.all() ? ensure(Feature.KILL_ALL).then(kill) : kill;
    }

    @Override
    public Mono<Void> delete(ContainerId id, DeleteOptions options) {
        Mono<Void> delete = call(Subject.of(ContainerOperation.DELETE, id), dialect.delete(id, options))
                .then();
        return options.force() ? delete.onErrorComplete(NoSuchContainerException.class) : delete;
    }

    @Override
    public Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options) {
        Objects.requireNonNull(id, "id");
        Bundles.checkAbsolute(bundle);
        Subject subject = Subject.of("run", id, bundle);
        return ensureFeatures(options)
                .then(Bundles.check(bundle))
                .then(Invocation.useUnlessSuccessful(config, invocation -> runIn(invocation, subject, id, options)))
                .transform(Operation.named(subject));
    }

    @Override
    public Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options) {
        Objects.requireNonNull(id, "id");
        Subject subject = Subject.of(ContainerOperation.EXEC, id);
        return Invocation.useUnlessSuccessful(
                        config,
                        invocation -> invocation.writeProcess(process).then(execIn(invocation, subject, id, options)))
                .transform(Operation.named(subject));
    }

    @Override
    public Flux<ContainerState> list() {
        Subject subject = Subject.of("list containers");
        return call(subject, dialect.list())
                .map(result -> parse(subject, result, dialect::parseList))
                .flatMapIterable(states -> states);
    }

    private RuntimeInfo toInfo(String version) {
        Path binary = TrustedBinary.check(config.binary());
        return new RuntimeInfo(name(), binary, version, true, Advisories.of(name(), version));
    }

    private Mono<Void> ensureFeatures(CreateOptions options) {
        Mono<Void> pivot = options.noPivot() ? ensure(Feature.NO_PIVOT) : Mono.empty();
        return options.noNewKeyring() ? pivot.then(ensure(Feature.NO_NEW_KEYRING)) : pivot;
    }

    private Mono<Void> ensure(Feature feature) {
        return dialect.features().contains(feature)
                ? Mono.empty()
                : Mono.error(() -> new CommandFailedException(name() + " does not know " + feature, null, null));
    }

    /** What was checked is what is called: links may lead elsewhere a moment later. */
    private Mono<Call> toCall(Invocation invocation, Subject subject, List<String> prefix, List<String> arguments) {
        return Blocking.call(() -> {
            List<String> argv = new ArrayList<>(prefix);
            argv.add(TrustedBinary.check(config.binary()).toString());
            argv.addAll(dialect.global(withTrustedRoot(), invocation.logFile()));
            argv.addAll(arguments);
            return new Call(invocation, subject, new Command(argv, config.environment()));
        });
    }

    private RuntimeConfig withTrustedRoot() throws IOException {
        return config.withRoot(Paths.toTrusted("root of " + name(), config.root()));
    }

    /** The funnel of all commands whose output is an answer. */
    private Mono<CommandResult> call(Subject subject, List<String> arguments) {
        return Invocation.use(config, invocation -> toCall(invocation, subject, List.of(), arguments)
                        .flatMap(this::callIn))
                .transform(Operation.named(subject));
    }

    private Mono<CommandResult> callIn(Call call) {
        return executor.execute(call.command())
                .flatMap(result -> result.status().isSuccess()
                        ? Mono.just(result)
                        : call.failure(result.status(), result.stderr()));
    }

    private <T> T parse(Subject subject, CommandResult result, Function<String, T> parser) {
        try {
            return parser.apply(result.stdout());
        } catch (OciJsonException e) {
            String what = result.isTruncated() ? " answered too much" : " did not answer in JSON";
            throw new CommandFailedException(
                    "cannot " + subject + ": " + name() + what + ": " + e.getMessage(), null, e);
        }
    }

    private Mono<ContainerProcess> createIn(
            Invocation invocation, Subject subject, ContainerId id, CreateOptions options) {
        Path bundle = Objects.requireNonNull(subject.bundle());
        List<String> arguments = dialect.create(id, bundle, invocation.pidFile(), options);
        return toCall(invocation, subject, options.commandPrefix(), arguments)
                .flatMap(call -> createWith(call, options.stdio()));
    }

    private Mono<ContainerProcess> createWith(Call call, ContainerStdio stdio) {
        return Mono.usingWhen(
                launch(spec(call.command(), stdio)),
                process -> awaitCreated(process, StdinRelay.of(process, stdio), call),
                process -> Mono.empty(),
                (process, error) -> process.release(),
                RunningProcess::release);
    }

    private Mono<RunningProcess> launch(ProcessSpec spec) {
        return launcher.launch(spec).onErrorMap(ProcessStartException.class, LauncherCommandExecutor::unavailable);
    }

    private static ProcessSpec spec(Command command, ContainerStdio stdio) {
        return stdio.applyTo(command.toSpec()).build();
    }

    /** An attached runtime reads our terminal itself, if it is given it, and a background group may not. */
    private static ProcessSpec attachedSpec(Command command, ContainerStdio stdio, @Nullable Signal parentDeathSignal) {
        ProcessSpec.Builder spec = stdio.applyTo(command.toSpec());
        if (stdio.stdin() == Stdio.inherit()) {
            spec.group(ProcessGroup.INHERIT);
        }
        return parentDeathSignal == null
                ? spec.build()
                : spec.parentDeathSignal(parentDeathSignal).build();
    }

    /** Completes at the command's exit: its streams go on, they are the container's. */
    private Mono<ContainerProcess> awaitCreated(RunningProcess process, @Nullable StdinRelay stdin, Call call) {
        return process.exit()
                .flatMap(status -> status.isSuccess()
                        ? handOver(process, stdin, call.invocation())
                        : StderrTail.read(process).flatMap(stderr -> call.failure(status, stderr)));
    }

    /** Nothing asynchronous follows the watch: a cancellation would leave it behind. */
    private Mono<ContainerProcess> handOver(RunningProcess process, @Nullable StdinRelay stdin, Invocation invocation) {
        return invocation.readPid().flatMap(pid -> invocation.close().then(watch(pid, process, stdin)));
    }

    private Mono<ContainerProcess> watch(int pid, RunningProcess process, @Nullable StdinRelay stdin) {
        return launcher.watch(pid)
                .<ContainerProcess>map(init -> new CreatedProcess(pid, process, init, stdin))
                .onErrorResume(
                        ProcessAlreadyExitedException.class,
                        e -> Mono.just(new CreatedProcess(pid, process, null, stdin)));
    }

    private Mono<ContainerProcess> runIn(
            Invocation invocation, Subject subject, ContainerId id, CreateOptions options) {
        List<String> arguments = dialect.run(id, Objects.requireNonNull(subject.bundle()), options);
        return toCall(invocation, subject, options.commandPrefix(), arguments)
                .flatMap(call ->
                        attach(call, attachedSpec(call.command(), options.stdio(), options.parentDeathSignal())));
    }

    private Mono<ContainerProcess> execIn(Invocation invocation, Subject subject, ContainerId id, ExecOptions options) {
        List<String> arguments = dialect.exec(id, invocation.processFile(), options);
        return toCall(invocation, subject, List.of(), arguments)
                .flatMap(call ->
                        attach(call, attachedSpec(call.command(), options.stdio(), options.parentDeathSignal())));
    }

    private Mono<ContainerProcess> attach(Call call, ProcessSpec spec) {
        return launch(spec).map(process -> attached(process, call));
    }

    /** The log is read before it is removed, whoever comes first: who asks for the end or who releases. */
    private static ContainerProcess attached(RunningProcess process, Call call) {
        Mono<ExitStatus> exit = process.exit().flatMap(call::toPayloadStatus).cache();
        Mono<Void> release = Mono.usingWhen(
                Mono.just(call.invocation()),
                opened -> process.release().then(exit.then().onErrorComplete()),
                Invocation::close);
        return new AttachedProcess(process, exit, release);
    }
}
