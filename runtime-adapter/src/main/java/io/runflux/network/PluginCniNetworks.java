// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.events.ContainerId;
import io.runflux.network.CniException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Networks whose plugins are processes. */
final class PluginCniNetworks implements CniNetworks {
    private static final Logger log = LoggerFactory.getLogger(PluginCniNetworks.class);

    private final PluginRunner runner;
    private final AttachmentStore store;
    private final EndpointReader endpoints;
    private final NamespaceGuard guard;
    private final Detachment detachment;
    private final Turns<ContainerId> turns = new Turns<>();

    PluginCniNetworks(PluginRunner runner, AttachmentStore store, NamespaceGuard guard, EndpointReader endpoints) {
        this.runner = runner;
        this.store = store;
        this.guard = guard;
        this.endpoints = endpoints;
        detachment = new Detachment(runner, store, guard);
    }

    @Override
    public Mono<CniResult> add(CniNetwork network, CniAttachment attachment) {
        AttachedNetwork wanted = AttachedNetwork.of(network, attachment);
        return turns.run(attachment.container(), isCancelled -> attach(wanted, isCancelled), detachment::all)
                .mapNotNull(AttachedNetwork::result)
                .checkpoint("add " + wanted.words());
    }

    private Mono<AttachedNetwork> attach(AttachedNetwork wanted, BooleanSupplier isCancelled) {
        return Flux.fromIterable(wanted.network().programs())
                .concatMap(runner::find)
                .then(FileWork.call(() -> begin(wanted, isCancelled)))
                .flatMap(begun -> new Attaching(runner, store, detachment, isCancelled).run(begun));
    }

    private AttachedNetwork begin(AttachedNetwork wanted, BooleanSupplier isCancelled) throws IOException {
        if (isCancelled.getAsBoolean()) {
            throw Attaching.cancelled(wanted);
        }
        AttachedNetwork admitted = guard.admit(wanted);
        store.begin(admitted);
        return admitted;
    }

    @Override
    public Mono<Void> check(CniNetwork network, CniAttachment attachment) {
        AttachedNetwork asked = AttachedNetwork.of(network, attachment);
        return turns.<Void>run(
                        attachment.container(), isCancelled -> check(asked, isCancelled), nothing -> Mono.empty())
                .checkpoint("check " + asked.words());
    }

    private Mono<Void> check(AttachedNetwork asked, BooleanSupplier isCancelled) {
        return FileWork.call(
                        () -> store.find(asked.network(), asked.attachment()).orElse(null))
                .filter(attached -> attached.result() != null)
                .switchIfEmpty(Mono.error(
                        () -> CniException.of(Reason.NOT_ATTACHED, asked.words() + " are not attached", null)))
                .flatMapMany(attached -> attached.network().isCheckDisabled() ? Flux.empty() : calls(attached))
                .takeWhile(call -> !isCancelled.getAsBoolean())
                .concatMap(runner::run, 1)
                .then();
    }

    private static Flux<PluginCall> calls(AttachedNetwork attached) {
        return Flux.range(0, attached.network().pluginTypes().size())
                .map(index -> PluginCall.of("CHECK", index, attached));
    }

    @Override
    public Mono<Void> delete(CniNetwork network, CniAttachment attachment) {
        AttachedNetwork given = AttachedNetwork.of(network, attachment);
        return turns.<Void>run(
                        attachment.container(),
                        isCancelled -> FileWork.call(() -> store.findOr(given)).flatMap(detachment::all),
                        nothing -> Mono.empty())
                .checkpoint("delete " + given.words());
    }

    @Override
    public Flux<AttachedNetwork> attachments() {
        return FileWork.call(store::list)
                .flatMapIterable(files -> files)
                .concatMapDelayError(
                        file -> FileWork.call(() -> store.read(file).orElse(null)));
    }

    @Override
    public Mono<List<NamespaceEndpoint>> endpoints(Path namespace) {
        Objects.requireNonNull(namespace, "namespace");
        Mono<List<AttachedNetwork>> attached = attachments()
                .doOnError(error -> log.warn("endpoints of {}: {}", namespace, error.getMessage()))
                .onErrorComplete()
                .filter(network -> network.attachment().namespace().equals(namespace))
                .filterWhen(network -> FileWork.call(() -> guard.isStillThere(network)))
                .collectList();
        return Mono.zip(endpoints.read(namespace), attached, PluginCniNetworks::withNetworks)
                .checkpoint("endpoints of " + namespace);
    }

    private static List<NamespaceEndpoint> withNetworks(
            List<NamespaceEndpoint> endpoints, List<AttachedNetwork> attached) {
        return endpoints.stream()
                .map(endpoint -> attached.stream()
                        .filter(network -> network.isSourceOf(endpoint))
                        .findFirst()
                        .map(network -> endpoint.withNetwork(network.network().name()))
                        .orElse(endpoint))
                .toList();
    }

    @Override
    public Mono<List<String>> versions(String type) {
        Names.check("type of a CNI plugin", type);
        PluginCall call = PluginCall.version(type);
        return runner.run(call).map(output -> toVersions(call, output)).checkpoint("versions of CNI plugin " + type);
    }

    private static List<String> toVersions(PluginCall call, String output) {
        try {
            return JsonTree.read("version", output).texts("supportedVersions");
        } catch (IllegalArgumentException e) {
            throw PluginRunner.garbled(call, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Mono<Void> validate(CniNetwork network) {
        return Flux.fromIterable(network.pluginTypes())
                .concatMap(type -> versions(type).doOnNext(versions -> checkVersion(network, type, versions)))
                .then();
    }

    private static void checkVersion(CniNetwork network, String type, List<String> versions) {
        if (!versions.contains(network.version())) {
            throw CniException.of(
                    Reason.VERSION,
                    "CNI plugin " + type + " speaks " + Names.words(String.join(", ", versions)) + ", and network "
                            + network.name() + " is written in " + network.version(),
                    null);
        }
    }
}
