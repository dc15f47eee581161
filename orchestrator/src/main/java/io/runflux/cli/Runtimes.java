// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.network.CniOptions;
import io.runflux.oci.ContainerState;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.ResourceKeeper;
import io.runflux.orchestrator.ResourceOptions;
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
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The runtimes by the names that the command line has for them. */
final class Runtimes {
    static final String AUTO = "auto";
    static final String RUNC = "runc";
    static final String CRUN = "crun";
    static final String RUNSC = "runsc";
    static final String HOST = "host";
    static final List<String> NAMES = List.of(AUTO, RUNC, CRUN, RUNSC, HOST);

    /** Annotates a container of the host runtime whose processes have the root of its bundle. */
    static final String OWN_ROOT = "io.runflux.cli.own-root";

    /** Below the state directory, with the roots of the runtimes. */
    private static final String CALLS = "calls";

    private final Path stateDirectory;
    private final ProcessLauncher launcher;
    private final RuntimeChoice choice;

    Runtimes(Path stateDirectory, ProcessLauncher launcher, RuntimeChoice choice) {
        this.stateDirectory = stateDirectory;
        this.launcher = launcher;
        this.choice = choice;
    }

    /** Returns the runtime for a container that nobody chose one for: runc, which needs root, or else the host's. */
    static String preferred() {
        return CurrentUser.isRoot() && find(RUNC) != null ? RUNC : HOST;
    }

    static void requireInstalled(String name) {
        if (!name.equals(HOST)) {
            require(name);
        }
    }

    /** Returns the one for a new container. */
    OciRuntime get(boolean usesBundleRoot) {
        String name = choice.resolve().name();
        return name.equals(HOST) ? host(usesBundleRoot) : commandLine(name);
    }

    /** Those that may have containers: the chosen one, or for {@code auto} runc, if it is there, and the host. */
    Flux<OciRuntime> all() {
        if (!choice.isAuto()) {
            return Flux.just(get(false));
        }
        List<OciRuntime> runtimes = new ArrayList<>();
        if (find(RUNC) != null) {
            runtimes.add(commandLine(RUNC));
        }
        runtimes.add(host(false));
        return Flux.fromIterable(runtimes);
    }

    /** Finds the runtime that has the container. */
    Mono<OciRuntime> having(ContainerId id) {
        return locate(id).map(Located::runtime);
    }

    /** Finds the runtime that has the container, and the container's state. */
    Mono<Located> locate(ContainerId id) {
        return all().concatMap(runtime -> runtime.state(id)
                        .map(state -> toLocated(runtime, state))
                        .onErrorComplete(NoSuchContainerException.class))
                .next()
                .switchIfEmpty(Mono.error(() -> new IllegalArgumentException("there is no container " + id)));
    }

    /** Does something with the container through an orchestrator of its own, around the runtime that has it. */
    <T> Mono<T> orchestrating(ContainerId id, Function<Orchestrator, Mono<T>> work) {
        return having(id)
                .flatMap(runtime -> Mono.usingWhen(
                        Mono.fromSupplier(() -> orchestrator(runtime)), work, Orchestrator::disposeLater));
    }

    private Orchestrator orchestrator(OciRuntime runtime) {
        return Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> runtime)
                .resources(shared -> resources())
                .build();
    }

    /** Returns what keeps the resources of the containers of this state directory. */
    ResourceKeeper resources() {
        boolean canTellOwners = Files.isDirectory(Path.of("/proc/self"));
        ResourceOptions options = ResourceOptions.defaults()
                .withStateDirectory(canTellOwners ? stateDirectory.resolve("resources") : null)
                .withRoots(List.of(AttachCommand.directory(stateDirectory), LogPlaces.directory(stateDirectory)))
                .withNamespaceDirectory(stateDirectory.resolve("netns"));
        return ResourceKeeper.of(launcher, options.withCni(cni()));
    }

    /** What plugins keep outlives this boot, and so must what is known of it; that of a test ends with the test. */
    private CniOptions cni() {
        CniOptions defaults = CniOptions.defaults();
        return StateDirectory.isDefault(stateDirectory)
                ? defaults
                : defaults.withStateDirectory(stateDirectory.resolve("cni"));
    }

    /** Releases what a container held whose command was killed. */
    Mono<Void> sweep(OciRuntime runtime, ContainerId id) {
        return resources()
                .sweep(runtime, id)
                .flatMap(report -> report.errors().isEmpty() ? Mono.empty() : Mono.error(allOf(report.errors())));
    }

    /** An error is told by its message alone. */
    private static Throwable allOf(List<Throwable> errors) {
        Throwable first = errors.get(0);
        if (errors.size() == 1) {
            return first;
        }
        String messages = errors.stream()
                .map(error -> Objects.requireNonNullElse(error.getMessage(), error.toString()))
                .collect(Collectors.joining("; "));
        IllegalStateException all = new IllegalStateException(messages, first);
        errors.stream().skip(1).forEach(all::addSuppressed);
        return all;
    }

    private Located toLocated(OciRuntime runtime, ContainerState state) {
        boolean isHost = runtime.name().equals(HOST);
        boolean hasOwnRoot = isHost && state.annotations().containsKey(OWN_ROOT);
        return new Located(hasOwnRoot ? host(true) : runtime, state, isHost && !hasOwnRoot);
    }

    private OciRuntime host(boolean usesBundleRoot) {
        return OciRuntimes.host(launcher, new HostRuntimeConfig(stateDirectory.resolve(HOST), usesBundleRoot));
    }

    private OciRuntime commandLine(String name) {
        RuntimeConfig config = RuntimeConfig.builder(require(name))
                .root(stateDirectory.resolve(name))
                .temporaryDirectory(StateDirectory.open(stateDirectory.resolve(CALLS)))
                .flags(choice.flags())
                .commandPrefix(choice.prefix())
                .build();
        return switch (name) {
            case CRUN -> OciRuntimes.crun(launcher, config);
            case RUNSC -> OciRuntimes.runsc(launcher, config);
            default -> OciRuntimes.runc(launcher, config);
        };
    }

    private static Path require(String name) {
        Path binary = find(name);
        if (binary == null) {
            throw new IllegalArgumentException(
                    name + " is in none of " + RuntimeConfig.TRUSTED_PATH + "; use --runtime host, or install it");
        }
        return binary;
    }

    private static @Nullable Path find(String name) {
        for (String directory : RuntimeConfig.TRUSTED_PATH.split(":")) {
            Path candidate = Path.of(directory, name);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * A container that was found.
     *
     * @param hasHostFiles whether its processes have the root of this host
     */
    record Located(OciRuntime runtime, ContainerState state, boolean hasHostFiles) {}
}
