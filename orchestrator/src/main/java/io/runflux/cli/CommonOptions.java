// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.Orchestrator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import reactor.core.publisher.Mono;

/** What every command on containers takes. */
class CommonOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            defaultValue = Runtimes.AUTO,
            converter = RuntimeName.class,
            description = "runc, crun, runsc, host (plain processes, which isolates nothing), or auto, which is runc or"
                    + " host (default: ${DEFAULT-VALUE})")
    private String runtime = Runtimes.AUTO;

    @Option(
            names = "--runtime-flag",
            paramLabel = "NAME=VALUE",
            description = "a global flag of the runtime, such as platform=ptrace (repeatable)")
    private Map<String, String> flags = Map.of();

    @Option(
            names = "--runtime-prefix",
            paramLabel = "WORD",
            split = ",",
            description =
                    "a command that the runtime is run through, its words divided by commas, the first an absolute"
                            + " path, such as /usr/bin/nsenter,--mount=/proc/self/ns/mnt,-- for another mount namespace; a"
                            + " script in which the runtime's command is \"$@\" is /bin/sh,-c,SCRIPT,sh")
    private List<String> prefix = List.of();

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "where containers and events are kept (default: /run/runflux, or that of this user)")
    private @Nullable Path root;

    @Mixin
    private ConnectOptions connection = new ConnectOptions();

    Path stateDirectory() {
        return StateDirectory.open(root);
    }

    /** Returns whether it is about the containers of a server, whose runtime and state directory are its own. */
    boolean isConnected() {
        connection.check();
        boolean isOwnRuntime = runtime.equals(Runtimes.AUTO) && flags.isEmpty() && prefix.isEmpty();
        if (connection.isWanted() && (!isOwnRuntime || root != null)) {
            throw usage("--runtime, --runtime-flag, --runtime-prefix and --root do not go with --connect");
        }
        return connection.isWanted();
    }

    /** Does something with the orchestrator of the server, and waits for it. */
    <T> @Nullable T callServer(Function<Orchestrator, Mono<T>> work) {
        try (CommandScope scope = CommandScope.open(false)) {
            return callServer(scope, work);
        }
    }

    /** As {@link #callServer(Function)}, within a scope. */
    <T> @Nullable T callServer(CommandScope scope, Function<Orchestrator, Mono<T>> work) {
        return scope.await(connection.use(work));
    }

    /** Returns what was asked for; flags and prefix are one runtime's, so it has to be named. */
    RuntimeChoice runtime() {
        if (isConnected()) {
            throw usage("--connect does not go with this command, which is about this machine");
        }
        boolean isCommandLine = !runtime.equals(Runtimes.AUTO) && !runtime.equals(Runtimes.HOST);
        if (!isCommandLine && !(flags.isEmpty() && prefix.isEmpty())) {
            throw usage("--runtime-flag and --runtime-prefix go with --runtime runc, crun or runsc");
        }
        if (!prefix.isEmpty() && !prefix.get(0).startsWith("/")) {
            throw usage("--runtime-prefix must begin with an absolute path, was '" + prefix.get(0) + "'");
        }
        return new RuntimeChoice(runtime, flags, prefix);
    }

    /** Does something with the orchestrator of the server, if one was named, or else with the runtimes here. */
    <T> @Nullable T call(Function<Orchestrator, Mono<T>> served, Function<Runtimes, Mono<T>> here) {
        return isConnected() ? callServer(orchestrator -> waiting().during(served.apply(orchestrator))) : call(here);
    }

    /** Does something with the runtimes, and waits for it. */
    <T> @Nullable T call(Function<Runtimes, Mono<T>> work) {
        RuntimeChoice choice = runtime();
        Path directory = stateDirectory();
        try (CommandScope scope = CommandScope.open(false)) {
            return scope.await(waiting().during(work.apply(new Runtimes(directory, scope.launcher(), choice))));
        }
    }

    /** What shows that this command waits for a runtime. */
    Spinner waiting() {
        return Spinner.of(command);
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
