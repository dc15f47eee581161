// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.hooks.HookSet;
import io.runflux.oci.Spec;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.Deadline;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.RunReport;
import io.runflux.orchestrator.RunRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import reactor.core.publisher.Mono;

@Command(
        name = "run",
        description = "Runs a container to its end, and exits as its process did: with its exit code, or 128 and the"
                + " number of the signal that killed it. Without --hooks-dir it has no hooks but those of its"
                + " configuration.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = "%nExit codes of its own: 2 wrong arguments, 124 the time limit, 125 the run failed, 127 no such"
                + " program, 141 nobody reads the output any more, 255 the end is unknown.")
final class RunCommand implements ProcessCommand {
    @picocli.CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Mixin
    private SpecOptions settings = new SpecOptions();

    @Mixin
    private StreamOptions streams = new StreamOptions();

    @Mixin
    private NetworkOptions networks = new NetworkOptions();

    @Mixin
    private LogOptions logging = new LogOptions();

    @Mixin
    private DetachOptions detaching = new DetachOptions();

    @Mixin
    private HookDirectoryOptions hookDirectories = new HookDirectoryOptions();

    @ArgGroup(multiplicity = "1")
    private @Nullable Source source;

    @Option(
            names = "--id",
            paramLabel = "ID",
            converter = ContainerIdConverter.class,
            description = "the container's id (default: a random one)")
    private @Nullable ContainerId id;

    @Option(names = "--events", description = "print the events as JSON lines on standard error")
    private boolean events;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "stop it after that time, such as 10s")
    private @Nullable Duration timeout;

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            defaultValue = "3s",
            description = "how long a container that is stopped has until it is killed (default: ${DEFAULT-VALUE})")
    private Duration grace = Duration.ofSeconds(3);

    /** Where the container comes from. */
    static final class Source {
        @Option(names = "--bundle", paramLabel = "DIR", description = "an OCI bundle")
        @Nullable
        Path bundle;

        @Option(
                names = "--rootfs",
                paramLabel = "DIR",
                description = "a root file system to run COMMAND in; / shows the files of this host, which a container"
                        + " may change for itself only")
        @Nullable
        Path rootfs;
    }

    @Override
    public Integer call() {
        logging.check(streams.isTty());
        detaching.check(options.isConnected());
        if (options.isConnected()) {
            refuseWhatIsNoServers();
            return detaching.isWanted() ? launchAtServer() : runAtServer();
        }
        return runHere(options.runtime().resolve());
    }

    private int runHere(RuntimeChoice runtime) {
        RunRequest request = request(runtime).withTimeout(checkedTimeout()).withGracePeriod(grace);
        Mono<HookSet> hooks = hookDirectories.load();
        Path directory = options.stateDirectory();
        try (RunSession session = RunSession.open(directory, runtime, usesBundleRoot(), hooks)) {
            session.listen(events ? spec.commandLine().getErr() : null);
            session.sweep();
            OutputLog log = session.await(logging.open(session.launcher(), request.id(), streams.isTty()));
            ContainerStreams connected = streams.connect(session.terminal(), logging.isQuiet());
            HeldContainer held = new HeldContainer(session.hold(request.id()), directory, session);
            boolean takesInput = streams.isInteractive() || streams.isTty();
            ContainerStreams shared = held.share(held.logTo(log, connected), takesInput);
            RunReport report = session.run(request.withStreams(shared), options.waiting());
            return ExitCodes.of(report.status());
        }
    }

    private void refuseWhatIsNoServers() {
        if (events || networks.isWanted() || hookDirectories.isWanted()) {
            throw usage("--events, --net, --publish and --hooks-dir do not go with --connect");
        }
        if (logging.isWanted() && !detaching.isWanted()) {
            throw usage("--log goes with --connect only if --detach does");
        }
    }

    /** What is run there ends when this command does. */
    private int runAtServer() {
        Spinner waiting = options.waiting();
        try (CommandScope scope = CommandScope.open(false)) {
            RunRequest request = requestAtServer(RunRequest::spec, RunRequest::bundle)
                    .withTimeout(checkedTimeout())
                    .withGracePeriod(grace)
                    .withStreams(waiting.until(streams.connect(scope.terminal(), false)));
            RunReport report = options.callServer(scope, orchestrator -> waiting.during(orchestrator.run(request)));
            return ExitCodes.of(Required.of(report).status());
        }
    }

    private int launchAtServer() {
        Duration limit = checkedTimeout();
        try (CommandScope scope = CommandScope.open(false)) {
            LaunchRequest request = requestAtServer(LaunchRequest::spec, LaunchRequest::bundle)
                    .withGracePeriod(grace)
                    .withDeadline(limit == null ? null : Deadline.after(limit))
                    .withStreams(streams.launched(scope.terminal()).withLog(logging.served()));
            options.callServer(
                    scope, orchestrator -> options.waiting().during(orchestrator.launch(detaching.addTo(request))));
            spec.commandLine().getOut().println(request.id());
        }
        return ExitCodes.OK;
    }

    /** Paths are those of the server's machine. */
    private <R> R requestAtServer(BiFunction<ContainerId, Spec, R> ofSpec, BiFunction<ContainerId, Path, R> ofBundle) {
        ContainerId container = id == null ? randomId() : id;
        Path rootfs = Required.of(source).rootfs;
        if (rootfs != null) {
            return ofSpec.apply(container, settings.generate(rootfs.toAbsolutePath(), false, false));
        }
        settings.refuse();
        return ofBundle.apply(container, Required.of(Required.of(source).bundle).toAbsolutePath());
    }

    private RunRequest request(RuntimeChoice runtime) {
        boolean isHost = runtime.isHost();
        if (isHost && usesBundleRoot() && streams.isTty()) {
            throw usage("--tty with the host runtime needs --rootfs / or --bundle");
        }
        RunRequest request = networks.addTo(request(id == null ? randomId() : id, isHost), runtime);
        return isHost && !usesBundleRoot()
                ? request.withParentDeathSignal(ParentDeath.signalFor(request.source()))
                : request;
    }

    private RunRequest request(ContainerId container, boolean isHost) {
        Path rootfs = Required.of(source).rootfs;
        return rootfs == null
                ? bundleRequest(container, Required.of(Required.of(source).bundle))
                : RunRequest.spec(
                        container,
                        settings.generate(ExistingDirectory.of(spec, "--rootfs", rootfs), isHost, networks.isHost()));
    }

    private static ContainerId randomId() {
        return ContainerId.of("run-" + UUID.randomUUID().toString().substring(0, 8));
    }

    private RunRequest bundleRequest(ContainerId container, Path bundle) {
        settings.refuse();
        return RunRequest.bundle(container, ExistingDirectory.of(spec, "--bundle", bundle));
    }

    private boolean usesBundleRoot() {
        Path rootfs = Required.of(source).rootfs;
        return rootfs != null && !rootfs.toAbsolutePath().normalize().equals(Path.of("/"));
    }

    private @Nullable Duration checkedTimeout() {
        if (timeout != null && timeout.isZero()) {
            throw usage("--timeout must be more than zero");
        }
        return timeout;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
