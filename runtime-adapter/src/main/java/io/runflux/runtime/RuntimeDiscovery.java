// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds out which command line runtimes this machine has. */
public final class RuntimeDiscovery {
    private static final List<String> NAMES = List.of("runc", "crun", "runsc");
    private static final Map<String, Dialect> DIALECTS =
            Map.of("runc", new RuncDialect(), "crun", new CrunDialect(), "runsc", new RunscDialect());

    private final RuntimeProbe probe;
    private final String searchPath;

    RuntimeDiscovery(RuntimeProbe probe, String searchPath) {
        this.probe = probe;
        this.searchPath = searchPath;
    }

    /**
     * Returns a discovery that looks in {@link RuntimeConfig#TRUSTED_PATH}.
     *
     * @param launcher what runtimes are asked for their versions with; it stays its owner's
     * @return the discovery
     */
    public static RuntimeDiscovery create(ProcessLauncher launcher) {
        CommandRunner runner = new CommandRunner(ProcessMonitor.logging(launcher));
        return new RuntimeDiscovery(new RuntimeProbe(command -> runner.run(command, null)), RuntimeConfig.TRUSTED_PATH);
    }

    /**
     * Looks for runc, crun and runsc, in this order, and asks each what it is, anew at each subscription. A runtime
     * that cannot be used is reported, too, without a version and with a warning that says why.
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

    private Mono<RuntimeInfo> ask(String name, Path binary) {
        return probe.probe(RuntimeConfig.of(binary), Objects.requireNonNull(DIALECTS.get(name)))
                .map(profile -> profile.toInfo(binary));
    }

    private static RuntimeInfo unusable(String name, Path binary, OciRuntimeException error) {
        return new RuntimeInfo(name, binary, "", true, Set.of(), List.of(String.valueOf(error.getMessage())));
    }
}
