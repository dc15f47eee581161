// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.network.CniNetworks;
import io.runflux.network.NetworkNamespaces;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps what containers hold: writes it down before it is acquired, and sweeps what those have left that died. Safe for
 * concurrent use; there is nothing to dispose of.
 */
public final class ResourceKeeper {
    private final @Nullable ResourceRecords records;
    private final Path namespaceDirectory;
    private final NetworkNamespaces namespaces;
    private final CniNetworks networks;
    private final ResourceReleaser releaser;
    private volatile @Nullable ResourceOwner owner;

    private ResourceKeeper(
            ResourceOptions options, NetworkNamespaces namespaces, CniNetworks networks, MountReleases mounts) {
        Path directory = options.stateDirectory();
        records = directory == null ? null : new ResourceRecords(directory);
        this.namespaces = namespaces;
        this.networks = networks;
        namespaceDirectory = options.namespaceDirectory();
        releaser = new ResourceReleaser(options, mounts, namespaces, networks);
    }

    /**
     * Returns a keeper.
     *
     * @param launcher what programs are started with, which stays its owner's
     * @param options where resources are, and where they are written down
     * @return the keeper
     */
    public static ResourceKeeper of(ProcessLauncher launcher, ResourceOptions options) {
        return new ResourceKeeper(
                options,
                NetworkNamespaces.in(launcher, options.namespaceDirectory()),
                CniNetworks.of(launcher, options.cni()),
                new MountReleases(launcher));
    }

    /** With networks that are not real. */
    static ResourceKeeper of(
            ProcessLauncher launcher, ResourceOptions options, NetworkNamespaces namespaces, CniNetworks networks) {
        return new ResourceKeeper(options, namespaces, networks, new MountReleases(launcher));
    }

    /**
     * Begins to hold something for a container. Nothing happens until something is acquired.
     *
     * @param container the container
     * @param runtime what it is a container of, which a sweep asks whether the container is there
     * @return its resources, to be released; of one container several may be open, each by itself
     */
    public Resources open(ContainerId container, OciRuntime runtime) {
        return Resources.begin(this, Objects.requireNonNull(container, "container"), runtime.name());
    }

    /**
     * Releases what was written down of containers of a runtime whose owner has ended, or could not release it, and
     * that the runtime does not know any more. What is in use is left alone; so is what cannot be read, and what is of
     * another pid namespace, as long as this boot lasts: from here nobody can tell whether that owner has ended.
     * Several may sweep at once.
     *
     * <p>An owner may have died while the runtime was creating the container, so a sweep is for a later time, such as
     * the next start of the service.
     *
     * @param runtime the runtime, which is asked for the states one after another; how long that may take is up to it,
     *     and that of {@link EmbeddedOrchestrator#runtime()} has a limit for each
     * @return what was found, never empty; without a state directory nothing is. Never fails
     */
    public Mono<SweepReport> sweep(OciRuntime runtime) {
        return sweep(runtime, name -> true);
    }

    /**
     * Sweeps what is written down of one container, as {@link #sweep(OciRuntime)} does of all; for a container whose
     * owner died, and that was deleted just now.
     *
     * @param runtime the runtime
     * @param container the container
     * @return what was found
     */
    public Mono<SweepReport> sweep(OciRuntime runtime, ContainerId container) {
        return sweep(runtime, Resources.recordsOf(container));
    }

    private Mono<SweepReport> sweep(OciRuntime runtime, Predicate<String> isAsked) {
        ResourceRecords known = records;
        return known == null
                ? Mono.fromSupplier(() -> new SweepReport(List.of(), List.of(), List.of()))
                : Mono.defer(() -> new ResourceSweep(this, known, runtime, isAsked).run());
    }

    boolean writesDown() {
        return records != null;
    }

    /** Blocks. */
    void write(String name, ResourceRecord record) throws IOException {
        if (records != null) {
            records.write(name, record);
        }
    }

    /** Blocks. */
    void remove(String name) throws IOException {
        if (records != null) {
            records.remove(name);
        }
    }

    /** Blocks the first time. */
    ResourceOwner owner() throws IOException {
        ResourceOwner known = owner;
        if (known == null) {
            known = ResourceOwner.current();
            owner = known;
        }
        return known;
    }

    Path namespaceDirectory() {
        return namespaceDirectory;
    }

    NetworkNamespaces namespaces() {
        return namespaces;
    }

    CniNetworks networks() {
        return networks;
    }

    ResourceReleaser releaser() {
        return releaser;
    }
}
