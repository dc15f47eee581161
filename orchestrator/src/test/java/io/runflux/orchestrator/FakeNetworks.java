// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.network.AttachedNetwork;
import io.runflux.network.CniAttachment;
import io.runflux.network.CniNetwork;
import io.runflux.network.CniNetworks;
import io.runflux.network.CniResult;
import io.runflux.network.NamespaceEndpoint;
import io.runflux.network.NetworkException;
import io.runflux.network.NetworkNamespace;
import io.runflux.network.NetworkNamespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Networks and namespaces that write down what is done with them, and fail or wait where a test says so. */
final class FakeNetworks implements CniNetworks, NetworkNamespaces {
    static final Path NAMESPACES = Path.of("/fake/netns");

    private final Consumer<String> log;
    private final Map<String, Mono<Void>> before = new ConcurrentHashMap<>();
    private final List<CniAttachment> attached = new CopyOnWriteArrayList<>();

    FakeNetworks(Consumer<String> log) {
        this.log = log;
    }

    static CniNetwork network(String name) {
        return CniNetwork.parse(
                "{\"cniVersion\":\"1.0.0\",\"name\":\"" + name + "\",\"plugins\":[{\"type\":\"fake\"}]}");
    }

    static CniNetwork mappingNetwork(String name) {
        return CniNetwork.parse("{\"cniVersion\":\"1.0.0\",\"name\":\"" + name
                + "\",\"plugins\":[{\"type\":\"fake\",\"capabilities\":{\"portMappings\":true}}]}");
    }

    /** What is waited for before a work such as {@code attach net} has its effect. */
    FakeNetworks before(String work, Mono<Void> wait) {
        before.put(work, wait);
        return this;
    }

    FakeNetworks failing(String work) {
        return before(work, Mono.error(() -> new NetworkException(work + " went wrong", null)));
    }

    List<CniAttachment> attached() {
        return List.copyOf(attached);
    }

    private Mono<Void> does(String work) {
        return Mono.defer(() -> {
            log.accept(work);
            return before.getOrDefault(work, Mono.empty());
        });
    }

    @Override
    public Mono<NetworkNamespace> create(String name) {
        return does("create namespace").thenReturn(new NetworkNamespace(name, NAMESPACES.resolve(name)));
    }

    @Override
    public Mono<Void> remove(String name) {
        return does("remove namespace");
    }

    @Override
    public Mono<CniResult> add(CniNetwork network, CniAttachment attachment) {
        return does("attach " + network.name()).then(Mono.fromSupplier(() -> {
            attached.add(attachment);
            return new CniResult(List.of(), List.of(), List.of(), List.of(), "{}");
        }));
    }

    @Override
    public Mono<Void> delete(CniNetwork network, CniAttachment attachment) {
        return does("detach " + network.name()).then(Mono.fromRunnable(() -> attached.remove(attachment)));
    }

    @Override
    public Mono<Void> check(CniNetwork network, CniAttachment attachment) {
        throw new AssertionError("check is not called");
    }

    @Override
    public Flux<AttachedNetwork> attachments() {
        throw new AssertionError("attachments is not called");
    }

    @Override
    public Mono<List<NamespaceEndpoint>> endpoints(Path namespace) {
        throw new AssertionError("endpoints is not called");
    }

    @Override
    public Mono<List<String>> versions(String type) {
        throw new AssertionError("versions is not called");
    }

    @Override
    public Mono<Void> validate(CniNetwork network) {
        throw new AssertionError("validate is not called");
    }

    @Override
    public Flux<NetworkNamespace> list() {
        throw new AssertionError("list is not called");
    }
}
