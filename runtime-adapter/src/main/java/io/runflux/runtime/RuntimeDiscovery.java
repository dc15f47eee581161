// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds out which command line runtimes this machine has. */
public final class RuntimeDiscovery {
    private static final List<String> NAMES = List.of("runc", "crun", "runsc");
    private static final Map<String, Dialect> DIALECTS = Map.of("runc", new RuncDialect());

    private final CommandExecutor executor;
    private final String searchPath;

    RuntimeDiscovery(CommandExecutor executor, String searchPath) {
        this.executor = executor;
        this.searchPath = searchPath;
    }

    /**
     * Returns a discovery that looks in {@link RuntimeConfig#TRUSTED_PATH}.
     *
     * @param launcher what runtimes are asked for their versions with; it stays its owner's
     * @return the discovery
     */
    public static RuntimeDiscovery create(ProcessLauncher launcher) {
        return new RuntimeDiscovery(new LauncherCommandExecutor(launcher), RuntimeConfig.TRUSTED_PATH);
    }

    /**
     * Looks for runc, crun and runsc, in this order, and asks each for its version, anew at each subscription. A
     * runtime that cannot be used is reported, too, without a version and with a warning that says why.
     *
     * @return what was found; empty if there is none
     */
    public Flux<RuntimeInfo> runtimes() {
        return Flux.fromIterable(NAMES).concatMap(this::find);
    }

    private Mono<RuntimeInfo> find(String name) {
        return Blocking.<Optional<Path>>call(() -> TrustedBinary.find(name, searchPath))
                .flatMap(Mono::justOrEmpty)
                .flatMap(binary -> ask(name, binary)
                        .onErrorResume(OciRuntimeException.class, error -> Mono.just(unusable(name, binary, error))));
    }

    private Mono<RuntimeInfo> ask(String name, Path found) {
        return Blocking.call(() -> TrustedBinary.check(found))
                .flatMap(
                        binary -> executor.execute(question(name, binary)).map(result -> toInfo(name, binary, result)));
    }

    private static Command question(String name, Path binary) {
        Dialect dialect = DIALECTS.get(name);
        List<String> argv = new ArrayList<>(List.of(binary.toString()));
        argv.addAll(dialect == null ? List.of("--version") : dialect.version());
        return new Command(argv, RuntimeConfig.of(binary).environment());
    }

    private static RuntimeInfo toInfo(String name, Path binary, CommandResult result) {
        Dialect dialect = DIALECTS.get(name);
        String version =
                dialect == null ? VersionText.parse(name, result.stdout()) : dialect.parseVersion(result.stdout());
        List<String> warnings = version.isEmpty()
                ? List.of(name + " did not tell its version: " + result.status())
                : Advisories.of(name, version);
        return new RuntimeInfo(name, binary, version, true, warnings);
    }

    private static RuntimeInfo unusable(String name, Path binary, OciRuntimeException error) {
        return new RuntimeInfo(name, binary, "", true, List.of(String.valueOf(error.getMessage())));
    }
}
