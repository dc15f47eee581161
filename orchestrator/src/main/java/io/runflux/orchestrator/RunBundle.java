// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.ConsoleSize;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.orchestrator.BundleSource.Configuration;
import io.runflux.orchestrator.BundleSource.Directory;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.Bundles;
import io.runflux.runtime.RuntimeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The bundle of one run: one that exists, or one that is written for the run and removed after it. */
final class RunBundle {
    private static final Path HOST_FILES = Path.of("/");
    private static final String ROOTFS = "rootfs";
    private static final String SCRATCH = "scratch";

    /**
     * Mounts the host's files below the bundle, writable but only in memory, and becomes the runtime. It is run in a
     * mount namespace of its own, of which the container's is a copy: outside nothing is ever mounted, and with the
     * container the mounts are gone. Where the host's root cannot be a layer, it is shown read-only.
     */
    private static final String SHOW_HOST_FILES = """
            bundle=$1; shift
            mount -t tmpfs -o mode=0700 tmpfs "$bundle/scratch" || exit
            mkdir "$bundle/scratch/upper" "$bundle/scratch/work" || exit
            layers="lowerdir=/,upperdir=$bundle/scratch/upper,workdir=$bundle/scratch/work"
            mount -t overlay -o "$layers" overlay "$bundle/rootfs" 2>/dev/null || {
                mount --bind / "$bundle/rootfs" && mount -o remount,bind,ro "$bundle/rootfs" || exit
            }
            exec "$@"
            """;

    private final BundleSource source;
    private final @Nullable TerminalSize terminal;
    private final Path parent;
    private final Resources resources;
    private final RunNetworks networks;
    private volatile @Nullable Path directory;
    private volatile @Nullable Mono<List<String>> prepared;

    /** What is written is a resource, and asks for a terminal if the request does. */
    RunBundle(RunRequest request, Path parent, Resources resources, RunNetworks networks) {
        source = request.source();
        terminal = request.streams().stdio().terminal();
        this.parent = parent;
        this.resources = resources;
        this.networks = networks;
        directory = source instanceof Directory existing ? existing.path() : null;
    }

    /** Known once it is prepared. */
    Path directory() {
        return Objects.requireNonNull(directory, "the bundle is not prepared");
    }

    /** Where hooks run: in the bundle that exists, even if the runtime is given another one. */
    Path hookDirectory() {
        return source instanceof Directory existing ? existing.path() : directory();
    }

    /**
     * Writes the bundle if it does not exist, or if networks or hooks make another configuration of it, and tells
     * through which command the runtime is to be called. All lives of a container have the same.
     */
    Mono<List<String>> prepare(RuntimeInfo runtime, RunHooks hooks) {
        return Mono.defer(() -> {
            Mono<List<String>> known = prepared;
            prepared = known == null ? prepareOnce(runtime, hooks).cache() : known;
            return Objects.requireNonNull(prepared);
        });
    }

    private Mono<List<String>> prepareOnce(RuntimeInfo runtime, RunHooks hooks) {
        return source instanceof Configuration configuration
                ? prepareNew(withTerminal(configuration.spec()), runtime, hooks)
                : prepareExisting(hookDirectory(), runtime, hooks);
    }

    private Mono<List<String>> prepareNew(Spec spec, RuntimeInfo runtime, RunHooks hooks) {
        networks.check(spec, runtime);
        return make().flatMap(directory -> networks.join(spec)
                        .flatMap(joined -> hooks.change(Mono.just(joined), directory, runtime)
                                .defaultIfEmpty(joined)))
                .flatMap(changed -> FileWork.call(() -> write(withTerminal(changed), runtime.isolates())));
    }

    private Mono<List<String>> prepareExisting(Path bundle, RuntimeInfo runtime, RunHooks hooks) {
        Mono<Spec> config = FileWork.call(() -> Bundles.read(bundle).withPathsFrom(bundle));
        Mono<Spec> changed = networks.isWanted()
                ? config.doOnNext(spec -> networks.check(spec, runtime))
                        .flatMap(networks::join)
                        .flatMap(joined ->
                                hooks.change(Mono.just(joined), bundle, runtime).defaultIfEmpty(joined))
                : hooks.change(config, bundle, runtime);
        return changed.flatMap(spec -> writeAside(withTerminal(spec))).defaultIfEmpty(List.of());
    }

    private Spec withTerminal(Spec spec) {
        OciProcess process = spec.process();
        return terminal == null || process == null
                ? spec
                : spec.withProcess(process.withTerminal(true)
                        .withConsoleSize(new ConsoleSize(terminal.rows(), terminal.columns(), Map.of())));
    }

    /**
     * A name that nobody guesses, since others may write to the parent; random numbers for that are read from a file.
     */
    private Mono<Path> make() {
        return FileWork.call(() -> parent.resolve(Resource.Bundle.PREFIX + UUID.randomUUID()))
                .flatMap(this::make);
    }

    private Mono<Path> make(Path made) {
        directory = made;
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        return resources.acquire(
                new Resource.Bundle(made), FileWork.call(() -> Files.createDirectory(made, ownerOnly)));
    }

    private List<String> write(Spec spec, boolean isIsolated) throws IOException {
        Root root = spec.root();
        if (isIsolated && root != null && Path.of(root.path()).normalize().equals(HOST_FILES)) {
            return writeShowingHostFiles(directory(), spec, root);
        }
        OciJson.write(directory().resolve(Spec.FILE_NAME), spec);
        return List.of();
    }

    private Mono<List<String>> writeAside(Spec spec) {
        return make().flatMap(made -> FileWork.call(() -> {
            OciJson.write(made.resolve(Spec.FILE_NAME), spec);
            return List.of();
        }));
    }

    private static List<String> writeShowingHostFiles(Path made, Spec spec, Root root) throws IOException {
        Path rootfs = Files.createDirectory(made.resolve(ROOTFS));
        Files.createDirectory(made.resolve(SCRATCH));
        Root view = new Root(rootfs.toString(), root.readonly(), root.unknown());
        OciJson.write(made.resolve(Spec.FILE_NAME), spec.withRoot(view));
        return List.of(
                "/usr/bin/unshare",
                "--mount",
                "--propagation",
                "private",
                "--",
                "/bin/sh",
                "-c",
                SHOW_HOST_FILES,
                "runflux",
                made.toString());
    }
}
