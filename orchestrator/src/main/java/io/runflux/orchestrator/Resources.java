// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.network.CniAttachment;
import io.runflux.network.CniNetwork;
import io.runflux.network.CniResult;
import io.runflux.network.NetworkNamespace;
import io.runflux.orchestrator.Resource.NetNs;
import io.runflux.orchestrator.Resource.NetworkAttachment;
import io.runflux.orchestrator.ResourceReleaseException.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What one container holds, from {@link ResourceKeeper#open}. Each resource is written down before it is acquired, so
 * that another process can release it if this one dies.
 *
 * <p>Works are done one after another, in the order of subscription. None is ended halfway: cancelling leaves it to its
 * end in the background, and the next one waits for that. So whoever cancels an acquisition and then releases is not
 * overtaken. Every returned publisher is cold; an acquisition can be subscribed to once. Signals are emitted on
 * whatever the work emits them on, and on workers of {@code Schedulers.boundedElastic()}. Safe for concurrent use.
 *
 * <p>It does what hcsshim's {@code Resources} and {@code ReleaseResources} do. It differs in these points:
 *
 * <table>
 * <caption>What differs</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>known to the memory of the shim alone</td><td>written down before it is acquired, and swept after a
 *     crash</td></tr>
 * <tr><td>an order by kind, endpoints and namespace first; SCSI disks in the order of acquisition</td>
 *     <td>the reverse order of acquisition, whatever the kind</td></tr>
 * <tr><td>the first error ends it, and the rest stays (v0.8.7), or all is forgotten (later)</td>
 *     <td>the rest is released, all errors are told in their order, and what could not be released stays</td></tr>
 * <tr><td>layers stay if anything else did (later)</td>
 *     <td>network namespaces stay if a network attachment did: to detach it, plugins need the namespace. Debian's
 *     bridge leaves its masquerading otherwise</td></tr>
 * <tr><td>an endpoint that is gone is warned of</td><td>it is released, as is everything that is gone</td></tr>
 * <tr><td>errors of removing the namespace from the virtual machine are logged only</td><td>there is no error that is
 *     not told</td></tr>
 * <tr><td>without {@code all}, what is in the virtual machine is left, and still held</td>
 *     <td>it is forgotten, since it ends with the sandbox</td></tr>
 * <tr><td>a namespace that was only joined is told from one that was created by a flag</td>
 *     <td>only what was acquired is held; who joins a namespace holds nothing</td></tr>
 * <tr><td>more may be added after a release</td><td>nothing may</td></tr>
 * </table>
 */
public final class Resources {
    private static final int TOKEN_LENGTH = 12;
    /** No id has it. */
    private static final String SEPARATOR = "@";

    private static final int MAX_NAME = 76;

    private final ResourceKeeper keeper;
    private final ContainerId container;
    private final String recordName;
    private final @Nullable ResourceRecord foundRecord;
    private final String runtime;
    private final List<Resource> held;
    private Mono<Void> lastWork = Mono.empty();
    private volatile boolean isReleased;
    private volatile @Nullable NetworkNamespace netNs;

    private Resources(
            ResourceKeeper keeper, String name, ContainerId container, String runtime, @Nullable ResourceRecord found) {
        this.keeper = keeper;
        this.container = container;
        this.runtime = runtime;
        recordName = name;
        foundRecord = found;
        held = Collections.synchronizedList(new ArrayList<>(found == null ? List.of() : found.resources()));
    }

    static Resources begin(ResourceKeeper keeper, ContainerId container, String runtime) {
        return new Resources(keeper, container + SEPARATOR + token(), container, runtime, null);
    }

    /** Those that somebody else has written down; they can only be released. */
    static Resources found(ResourceKeeper keeper, String name, ResourceRecord record) {
        return new Resources(keeper, name, record.container(), record.runtime(), record);
    }

    /** Tells the names of the records of a container. */
    static Predicate<String> recordsOf(ContainerId container) {
        return name -> name.startsWith(container + SEPARATOR);
    }

    /** Tells lives apart, and is no secret; random numbers for secrets are read from a file, by event loops too. */
    private static String token() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), TOKEN_LENGTH);
    }

    /**
     * Returns the container.
     *
     * @return the container that holds them
     */
    public ContainerId container() {
        return container;
    }

    /**
     * Returns what is held, or may be: what is being acquired, and what could not be acquired, included.
     *
     * @return the resources as they are now, in the order of acquisition
     */
    public List<Resource> held() {
        synchronized (held) {
            return List.copyOf(held);
        }
    }

    /**
     * Returns the network namespace.
     *
     * @return the one that {@link #createNetNs()} made, or null as long as there is none
     */
    public @Nullable NetworkNamespace netNs() {
        return netNs;
    }

    /**
     * Acquires something: writes it down, then does the work. If that fails, it stays held, since half of it may be
     * there; releasing it then is well.
     *
     * @param resource what it is; a path must be one that nobody else uses
     * @param acquisition what acquires it, and comes to an end by itself: a release waits for it
     * @param <T> what comes of it
     * @return what comes of it; fails as the acquisition does, and before it begins with {@link IllegalStateException}
     *     if that is held already or all was released, with {@link java.nio.file.FileAlreadyExistsException} if there
     *     is such a file, which stays its owner's, and with an {@link java.io.IOException} if it cannot be written down
     * @throws IllegalArgumentException if it has a path that is below none of the roots
     */
    public <T> Mono<T> acquire(Resource resource, Mono<T> acquisition) {
        keeper.releaser().check(resource);
        Objects.requireNonNull(acquisition, "acquisition");
        return inTurn(FileWork.run(() -> add(resource)).then(acquisition));
    }

    private void add(Resource resource) throws IOException {
        if (isReleased || held.contains(resource)) {
            throw new IllegalStateException("container " + container + ": " + resource.words()
                    + (isReleased ? " comes too late, all was released" : " is held already"));
        }
        keeper.releaser().checkNew(resource);
        List<Resource> all = new ArrayList<>(held());
        all.add(resource);
        write(all);
        held.add(resource);
    }

    /**
     * Makes a network namespace for the container. Its name is that of the container with something random, so that it
     * is never taken for another's.
     *
     * @return the namespace, which {@link #netNs()} has from then on
     */
    public Mono<NetworkNamespace> createNetNs() {
        return Mono.defer(() -> {
            String name = uniqueName();
            NetNs resource = new NetNs(keeper.namespaceDirectory().resolve(name));
            return acquire(resource, keeper.namespaces().create(name).doOnNext(created -> netNs = created));
        });
    }

    /** Short enough for a name, and with none of the separators twice. */
    private String uniqueName() {
        String id = container.value();
        String beginning = id.substring(0, Math.min(id.length(), MAX_NAME - TOKEN_LENGTH - 1));
        return beginning.replaceFirst("[._-]$", "") + "-" + token();
    }

    /**
     * Attaches a network namespace to a network. Networks know the container by the id in the attachment, which should
     * be one that nobody else uses, such as the name of the namespace.
     *
     * @param network the network
     * @param attachment what to attach
     * @return what came of it
     */
    public Mono<CniResult> attach(CniNetwork network, CniAttachment attachment) {
        return acquire(
                new NetworkAttachment(network, attachment), keeper.networks().add(network, attachment));
    }

    /**
     * Releases what is held, in the reverse order of acquisition. May be repeated: a second release tries what the
     * first could not, and what is not there is released. So does a sweep.
     *
     * @param scope how much of it
     * @return completes empty when nothing of it is held any more, and nothing is written down; fails with
     *     {@link ResourceReleaseException} after all was tried. Cancelling does not stop it
     */
    public Mono<Void> release(ReleaseScope scope) {
        Objects.requireNonNull(scope, "scope");
        return inTurn(Mono.defer(() -> releaseNow(scope)));
    }

    /** Leaves what is held to a sweep, which does not wait for the end of this JVM then. */
    Mono<Void> giveUp() {
        return inTurn(FileWork.run(() -> {
            isReleased = true;
            if (!held.isEmpty()) {
                write(held());
            }
        }));
    }

    private Mono<Void> releaseNow(ReleaseScope scope) {
        isReleased = true;
        if (held.isEmpty()) {
            return Mono.empty();
        }
        if (scope == ReleaseScope.OUTLIVING_SANDBOX) {
            held.removeIf(resource -> !resource.outlivesSandbox());
        }
        List<Resource> latestFirst = new ArrayList<>(held());
        Collections.reverse(latestFirst);
        List<Failure> failures = new ArrayList<>();
        return Flux.fromIterable(latestFirst)
                .filter(resource -> !isStillNeeded(resource))
                .concatMap(resource -> release(resource, failures), 0)
                .then(writeRest(failures))
                .then(Mono.defer(() -> failures.isEmpty()
                        ? Mono.empty()
                        : Mono.error(new ResourceReleaseException(container, failures))));
    }

    /** What is attached has been tried before. */
    private boolean isStillNeeded(Resource resource) {
        return resource instanceof NetNs && held().stream().anyMatch(NetworkAttachment.class::isInstance);
    }

    private Mono<Void> release(Resource resource, List<Failure> failures) {
        return keeper.releaser()
                .release(resource)
                .then(Mono.<Void>fromRunnable(() -> held.remove(resource)))
                .onErrorResume(error -> {
                    failures.add(new Failure(resource.words(), error));
                    return Mono.empty();
                });
    }

    private Mono<Void> writeRest(List<Failure> failures) {
        return FileWork.run(() -> {
                    List<Resource> rest = held();
                    if (rest.isEmpty()) {
                        keeper.remove(recordName);
                    } else {
                        write(rest);
                    }
                })
                .onErrorResume(error -> {
                    failures.add(new Failure("its record", error));
                    return Mono.empty();
                });
    }

    /** What somebody else has written down stays theirs. */
    private void write(List<Resource> resources) throws IOException {
        if (foundRecord != null) {
            keeper.write(recordName, foundRecord.withResources(resources));
        } else if (keeper.writesDown()) {
            ResourceOwner owner = isReleased ? ResourceOwner.NOBODY : keeper.owner();
            keeper.write(recordName, new ResourceRecord(container, runtime, owner, resources));
        }
    }

    private <T> Mono<T> inTurn(Mono<T> work) {
        return Mono.defer(() -> {
            synchronized (this) {
                Mono<T> turn = lastWork.then(work).cache();
                lastWork = turn.onErrorComplete().then();
                return turn;
            }
        });
    }
}
