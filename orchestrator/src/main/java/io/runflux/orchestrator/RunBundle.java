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
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The bundle of one run: one that exists, or one that is written for the run and removed after it. */
final class RunBundle {
    private static final Logger log = LoggerFactory.getLogger(RunBundle.class);
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
    private volatile @Nullable Path made;
    private volatile @Nullable Path directory;

    private RunBundle(BundleSource source, @Nullable TerminalSize terminal, Path parent) {
        this.source = source;
        this.terminal = terminal;
        this.parent = parent;
        directory = source instanceof Directory existing ? existing.path() : null;
    }

    /** What is written asks for a terminal if one is given. */
    static RunBundle of(BundleSource source, @Nullable TerminalSize terminal, Path parent) {
        return new RunBundle(source, terminal, parent);
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
     * Writes the bundle if it does not exist, or if hooks make another configuration of it, and tells through which
     * command the runtime is to be called.
     */
    Mono<List<String>> prepare(RuntimeInfo runtime, RunHooks hooks) {
        return source instanceof Configuration configuration
                ? prepareNew(withTerminal(configuration.spec()), runtime, hooks)
                : prepareExisting(hookDirectory(), runtime, hooks);
    }

    private Mono<List<String>> prepareNew(Spec spec, RuntimeInfo runtime, RunHooks hooks) {
        return blocking(this::make)
                .flatMap(directory ->
                        hooks.change(Mono.just(spec), directory, runtime).defaultIfEmpty(spec))
                .flatMap(changed -> blocking(() -> write(withTerminal(changed), runtime.isolates())));
    }

    private Mono<List<String>> prepareExisting(Path bundle, RuntimeInfo runtime, RunHooks hooks) {
        return hooks.change(blocking(() -> Bundles.read(bundle).withPathsFrom(bundle)), bundle, runtime)
                .flatMap(changed -> blocking(() -> writeAside(withTerminal(changed))))
                .defaultIfEmpty(List.of());
    }

    Mono<Void> remove() {
        return blocking(this::removeNow)
                .doOnError(DirectoryNotEmptyException.class, e -> log.warn("left in a bundle: {}", e.getMessage()))
                .onErrorComplete(DirectoryNotEmptyException.class)
                .then();
    }

    private Spec withTerminal(Spec spec) {
        OciProcess process = spec.process();
        return terminal == null || process == null
                ? spec
                : spec.withProcess(process.withTerminal(true)
                        .withConsoleSize(new ConsoleSize(terminal.rows(), terminal.columns(), Map.of())));
    }

    private Path make() throws IOException {
        EnumSet<PosixFilePermission> ownerOnly = EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
        Path created = parent.resolve("runflux-bundle-" + UUID.randomUUID());
        Files.createDirectory(created, PosixFilePermissions.asFileAttribute(ownerOnly));
        made = created;
        directory = created;
        return created;
    }

    private List<String> write(Spec spec, boolean isIsolated) throws IOException {
        Root root = spec.root();
        if (isIsolated && root != null && Path.of(root.path()).normalize().equals(HOST_FILES)) {
            return writeShowingHostFiles(directory(), spec, root);
        }
        OciJson.write(directory().resolve(Spec.FILE_NAME), spec);
        return List.of();
    }

    private List<String> writeAside(Spec spec) throws IOException {
        OciJson.write(make().resolve(Spec.FILE_NAME), spec);
        return List.of();
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

    /**
     * Hooks may have left files. Directories are never entered: something may be mounted there. The configuration,
     * which may hold secrets, goes first, whatever stays.
     */
    private boolean removeNow() throws IOException {
        Path ours = made;
        if (ours == null) {
            return false;
        }
        Files.deleteIfExists(ours.resolve(Spec.FILE_NAME));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(ours)) {
            for (Path entry : entries) {
                Files.delete(entry);
            }
        }
        Files.delete(ours);
        return true;
    }

    private static <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic());
    }
}
