// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.metrics.PrometheusMeters;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.OciRuntime;
import io.runflux.server.RunfluxServer;
import io.runflux.server.RunfluxServerBuilder;
import io.runflux.server.ServerTls;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = "Serves the containers of this state directory over HTTP, until it is ended, which ends the"
                + " containers that were created through it. Prints its address, to which the other commands go with"
                + " --connect. What happens is written down for 'events', as of 'run'.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    private static final Pattern PLACE = Pattern.compile("(.+):(\\d{1,5})");

    private final PrometheusMeters meters = PrometheusMeters.create();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Mixin
    private HookDirectoryOptions hookDirectories = new HookDirectoryOptions();

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "a unix socket for this user and root, in a directory that is this user's alone (default:"
                    + " served/socket in the state directory)")
    private @Nullable Path socket;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "a port instead; other machines reach it only with --listen-token-file or --listen-client-ca")
    private @Nullable String place;

    @Option(
            names = "--listen-token-file",
            paramLabel = "FILE",
            description = "a file with the token that every request must have")
    private @Nullable Path tokenFile;

    @Option(names = "--listen-cert", paramLabel = "FILE", description = "the certificate of the server, in PEM")
    private @Nullable Path certificate;

    @Option(names = "--listen-key", paramLabel = "FILE", description = "the key of --listen-cert, in PEM")
    private @Nullable Path key;

    @Option(
            names = "--listen-client-ca",
            paramLabel = "FILE",
            description = "who has to have signed the certificates of clients, in PEM")
    private @Nullable Path clientAuthority;

    @Option(
            names = "--log-root",
            paramLabel = "DIR",
            description = "a directory in which containers may have logs (repeatable; default: none)")
    private List<Path> logRoots = List.of();

    @Override
    public Integer call() {
        check();
        RuntimeChoice choice = options.runtime().resolve();
        Path directory = options.stateDirectory();
        try (CommandScope scope = CommandScope.open(!choice.isHost())) {
            Runtimes runtimes = new Runtimes(directory, scope.launcher(), choice);
            EmbeddedOrchestrator orchestrator = orchestrator(scope, runtimes, runtimes.get(false));
            EventRecorder recorder = new EventRecorder(new EventJournal(directory));
            recorder.listen(orchestrator::events, null);
            scope.await(orchestrator.sweep());
            RunfluxServer server =
                    Required.of(scope.await(server(orchestrator, directory).start()));
            scope.atEnd(server.disposeLater());
            scope.atEnd(orchestrator.disposeLater().then(recorder.ended()));
            spec.commandLine().getOut().println(server.address());
            spec.commandLine().getOut().flush();
            scope.awaitToEnd(scope.stopping());
        }
        return ExitCodes.OK;
    }

    /** Whoever asks for certificates must not be served without. */
    private void check() {
        if ((certificate == null) != (key == null)) {
            throw usage("--listen-cert and --listen-key go together");
        }
        if (clientAuthority != null && certificate == null) {
            throw usage("--listen-client-ca needs --listen-cert and --listen-key");
        }
        if (certificate != null && place == null) {
            throw usage("--listen-cert, --listen-key and --listen-client-ca go with --listen");
        }
    }

    private EmbeddedOrchestrator orchestrator(CommandScope scope, Runtimes runtimes, OciRuntime runtime) {
        Path[] roots = logRoots.stream().map(Path::toAbsolutePath).toArray(Path[]::new);
        return Orchestrator.builder()
                .launcher(scope.launcher())
                .runtime(shared -> runtime)
                .resources(shared -> runtimes.resources())
                .hooks(hookDirectories.load())
                .meters(meters)
                .logs(UpstreamOptions.defaults().withAllowedRoots(roots))
                .build();
    }

    private RunfluxServerBuilder server(EmbeddedOrchestrator orchestrator, Path directory) {
        try {
            RunfluxServerBuilder server =
                    RunfluxServer.builder(orchestrator).metrics(meters::text).meters(meters);
            if (tokenFile != null) {
                server.bearerToken(ConnectOptions.read(tokenFile));
            }
            if (certificate != null) {
                server.tls(new ServerTls(certificate, Required.of(key), clientAuthority));
            }
            return place == null ? server.unixSocket(socketIn(directory)) : listenAt(server, place);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Path socketIn(Path directory) {
        return socket == null ? directory.resolve("served").resolve("socket") : socket.toAbsolutePath();
    }

    private RunfluxServerBuilder listenAt(RunfluxServerBuilder server, String hostAndPort) {
        Matcher parts = PLACE.matcher(hostAndPort);
        if (!parts.matches() || socket != null) {
            throw usage("--listen must be HOST:PORT, and does not go with --socket");
        }
        return server.tcp(parts.group(1), Integer.parseInt(parts.group(2)));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
