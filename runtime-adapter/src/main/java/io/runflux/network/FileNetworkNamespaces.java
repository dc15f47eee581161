// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Namespaces that bind mounts keep. {@code unshare} makes one, mounts it and becomes {@code ip} in it, all in one child
 * and in any directory, while {@code ip netns add} knows one directory alone and leaves the loopback off.
 */
final class FileNetworkNamespaces implements NetworkNamespaces {
    private final Programs programs;
    private final NamespaceFiles files;
    private final EndpointReader endpoints;
    private final Turns<String> turns = new Turns<>();

    FileNetworkNamespaces(Programs programs, Path directory) {
        this.programs = programs;
        files = new NamespaceFiles(directory);
        endpoints = new EndpointReader(programs);
    }

    @Override
    public Mono<NetworkNamespace> create(String name) {
        NetworkNamespace namespace = files.named(name);
        return turns.run(name, isCancelled -> make(namespace, isCancelled), this::discard)
                .checkpoint("create network namespace " + name);
    }

    private Mono<NetworkNamespace> make(NetworkNamespace namespace, BooleanSupplier isCancelled) {
        if (isCancelled.getAsBoolean()) {
            return Mono.empty();
        }
        return FileWork.run(() -> files.claim(namespace))
                .then(Mono.defer(() -> unshare(namespace)))
                .thenReturn(namespace);
    }

    private Mono<Void> unshare(NetworkNamespace namespace) {
        return programs.run("unshare", "--net=" + namespace.path(), "--", "ip", "link", "set", "dev", "lo", "up")
                .then()
                .onErrorResume(error -> discard(namespace)
                        .onErrorResume(further -> suppress(error, further))
                        .then(Mono.error(error)));
    }

    private static Mono<Void> suppress(Throwable error, Throwable further) {
        error.addSuppressed(further);
        return Mono.empty();
    }

    @Override
    public Mono<Void> remove(String name) {
        NetworkNamespace namespace = files.named(name);
        return turns.run(name, isCancelled -> discard(namespace), nothing -> Mono.empty())
                .checkpoint("remove network namespace " + name);
    }

    /** What somebody has open would hold the mount, so it is taken away lazily, as by {@code ip netns delete}. */
    private Mono<Void> discard(NetworkNamespace namespace) {
        return FileWork.call(() -> files.isMounted(namespace))
                .filter(isMounted -> isMounted)
                .flatMap(isMounted -> programs.run("umount", "--lazy", "--", String.valueOf(namespace.path())))
                .then(FileWork.run(() -> files.delete(namespace)));
    }

    @Override
    public Flux<NetworkNamespace> list() {
        return FileWork.call(files::list).flatMapIterable(namespaces -> namespaces);
    }

    @Override
    public Mono<List<NamespaceEndpoint>> endpoints(Path namespace) {
        return endpoints.read(namespace).checkpoint("endpoints of " + namespace);
    }
}
