// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.cli.Runtimes.Located;
import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerState;
import io.runflux.oci.OciProcess;
import io.runflux.oci.User;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.ExecProcess;
import io.runflux.orchestrator.ExecReport;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.runtime.Bundles;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ExecOptions;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.OciRuntime;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "exec",
        description = "Runs a further process in a running container, and exits as it did: with its exit code, or 128"
                + " and the number of the signal that killed it. Options come before ID. What no option says is as for"
                + " the container's own process.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = "%nExit codes of its own: 2 wrong arguments, 125 it could not be run, 127 no such program, 141 nobody"
                + " reads the output any more, 255 the end is unknown.")
final class ExecCommand implements ProcessCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Mixin
    private StreamOptions streams = new StreamOptions();

    @Mixin
    private LogOptions logging = new LogOptions();

    @Option(
            names = {"-d", "--detach"},
            description = "do not stay with it: print its pid and leave it; not with the host runtime")
    private boolean detach;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "set an environment variable (repeatable)")
    private List<EnvironmentVariable> environment = List.of();

    @Option(
            names = {"-w", "--cwd"},
            paramLabel = "DIR",
            description = "the working directory, absolute")
    private @Nullable Path workingDirectory;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "UID[:GID]",
            converter = UserConverter.class,
            description = "the user, by number; one that is not root has no capabilities")
    private @Nullable User user;

    @Parameters(index = "0", paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "the program and its arguments")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        logging.check(streams.isTty());
        if (detach && (streams.isTty() || streams.isInteractive() || logging.isWanted())) {
            throw usage("--detach does not stay with the process, so there is nothing to connect to it");
        }
        if (workingDirectory != null && !workingDirectory.isAbsolute()) {
            throw usage("--cwd must be an absolute path, was '" + workingDirectory + "'");
        }
        ExecProcess.Command process = command();
        if (options.isConnected()) {
            return execAtServer(process);
        }
        RuntimeChoice choice = options.runtime();
        Path directory = options.stateDirectory();
        try (CommandScope scope = CommandScope.open(!choice.isHost())) {
            Runtimes runtimes = new Runtimes(directory, scope.launcher(), choice);
            return detach ? start(scope, runtimes, process) : stay(scope, runtimes, process);
        }
    }

    private ExecProcess.Command command() {
        String cwd = workingDirectory == null ? null : workingDirectory.toString();
        return new ExecProcess.Command(arguments, EnvironmentVariable.addAll(environment, List.of()), cwd, user);
    }

    private int execAtServer(ExecProcess.Command process) {
        if (detach || logging.isWanted()) {
            throw usage("--detach and --log do not go with --connect");
        }
        Spinner waiting = options.waiting();
        try (CommandScope scope = CommandScope.open(false)) {
            ExecRequest request = ExecRequest.of(Required.of(id), process)
                    .withStreams(waiting.until(streams.connect(scope.terminal(), false)));
            ExecReport report = options.callServer(scope, orchestrator -> waiting.during(orchestrator.exec(request)));
            return ExitCodes.of(Required.of(report).status());
        }
    }

    private int start(CommandScope scope, Runtimes runtimes, ExecProcess.Command process) {
        ExecOptions detached = ExecOptions.defaults().withDetached(true);
        Mono<Integer> pid = runtimes.locate(Required.of(id))
                .flatMap(located -> ensureLasts(located.runtime()).then(exec(located, process, detached)))
                .flatMap(started -> started.release().thenReturn(started.pid()));
        spec.commandLine().getOut().println(scope.await(pid));
        return ExitCodes.OK;
    }

    /** A process of the host runtime ends with its launcher. */
    private static Mono<Void> ensureLasts(OciRuntime runtime) {
        return runtime.name().equals(Runtimes.HOST)
                ? Mono.error(() -> new NotSupportedException("exec --detach", "the host runtime"))
                : Mono.empty();
    }

    private int stay(CommandScope scope, Runtimes runtimes, ExecProcess.Command process) {
        ContainerStreams connected = connect(scope);
        ExecOptions attached = ExecOptions.defaults().withStdio(connected.stdio());
        Mono<ContainerProcess> start =
                runtimes.locate(Required.of(id)).flatMap(located -> exec(located, process, attached));
        return ExitCodes.of(scope.awaitEnd(options.waiting().during(start), connected));
    }

    private ContainerStreams connect(CommandScope scope) {
        ContainerStreams connected = streams.connect(scope.terminal(), logging.isQuiet());
        OutputLog log = scope.await(logging.open(scope.launcher(), Required.of(id), streams.isTty()));
        if (log == null) {
            return connected;
        }
        scope.atEnd(log.close());
        return log.addTo(connected);
    }

    private static Mono<ContainerProcess> exec(Located located, ExecProcess.Command asked, ExecOptions execOptions) {
        ContainerId container = ContainerId.of(located.state().id());
        return own(located.state()).map(asked::in).flatMap(process -> located.runtime()
                .exec(container, process, withParentDeathSignal(located, process, execOptions)));
    }

    /** Its own process as its configuration has it. */
    private static Mono<OciProcess> own(ContainerState container) {
        return Mono.fromCallable(() -> Bundles.read(Path.of(container.bundle())).process())
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static ExecOptions withParentDeathSignal(Located located, OciProcess process, ExecOptions execOptions) {
        return located.hasHostFiles() ? execOptions.withParentDeathSignal(ParentDeath.signalFor(process)) : execOptions;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
