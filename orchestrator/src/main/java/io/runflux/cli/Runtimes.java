// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The runtimes by the names that the command line has for them. */
final class Runtimes {
    static final String AUTO = "auto";
    static final String RUNC = "runc";
    static final String HOST = "host";

    private final Path stateDirectory;
    private final ProcessLauncher launcher;

    Runtimes(Path stateDirectory, ProcessLauncher launcher) {
        this.stateDirectory = stateDirectory;
        this.launcher = launcher;
    }

    /** Settles what {@code auto} means here: runc, which needs root, or else the host runtime. */
    static String resolve(String name) {
        if (name.equals(RUNC)) {
            requireRunc();
        }
        if (!name.equals(AUTO)) {
            return name;
        }
        return CurrentUser.isRoot() && findRunc() != null ? RUNC : HOST;
    }

    OciRuntime get(String name, boolean usesBundleRoot) {
        return name.equals(HOST) ? host(usesBundleRoot) : runc();
    }

    /** Those that may have containers: the one of that name, or for {@code auto} all there are. */
    Flux<OciRuntime> all(String name) {
        List<OciRuntime> runtimes = new ArrayList<>();
        if (!name.equals(HOST) && (name.equals(RUNC) || findRunc() != null)) {
            runtimes.add(runc());
        }
        if (!name.equals(RUNC)) {
            runtimes.add(host(false));
        }
        return Flux.fromIterable(runtimes);
    }

    /** Finds the runtime that has the container. */
    Mono<OciRuntime> having(ContainerId id, String name) {
        return all(name)
                .concatMap(runtime ->
                        runtime.state(id).thenReturn(runtime).onErrorComplete(NoSuchContainerException.class))
                .next()
                .switchIfEmpty(Mono.error(() -> new IllegalArgumentException("there is no container " + id)));
    }

    private OciRuntime host(boolean usesBundleRoot) {
        return OciRuntimes.host(launcher, new HostRuntimeConfig(stateDirectory.resolve(HOST), usesBundleRoot));
    }

    private OciRuntime runc() {
        return OciRuntimes.runc(
                launcher,
                RuntimeConfig.builder(requireRunc())
                        .root(stateDirectory.resolve(RUNC))
                        .build());
    }

    private static Path requireRunc() {
        Path binary = findRunc();
        if (binary == null) {
            throw new IllegalArgumentException(
                    "runc is in none of " + RuntimeConfig.TRUSTED_PATH + "; use --runtime host, or install it");
        }
        return binary;
    }

    private static @Nullable Path findRunc() {
        for (String directory : RuntimeConfig.TRUSTED_PATH.split(":")) {
            Path candidate = Path.of(directory, RUNC);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
