// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.network.CniAttachment;
import io.runflux.network.CniNetwork;
import io.runflux.network.NetworkNamespace;
import io.runflux.network.PortMapping;
import io.runflux.oci.LinuxConfig;
import io.runflux.oci.LinuxNamespace;
import io.runflux.oci.Spec;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.RuntimeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The networks of one run: a namespace is made, attached, and written into the configuration. */
final class RunNetworks {
    private static final String NETWORK = "network";

    private final @Nullable ContainerNetworks wanted;
    private final Resources resources;
    private final boolean isWrittenDown;
    private final Sinks.Empty<Void> cancelled = Sinks.empty();

    RunNetworks(@Nullable ContainerNetworks wanted, Resources resources, boolean isWrittenDown) {
        this.wanted = wanted;
        this.resources = resources;
        this.isWrittenDown = isWrittenDown;
    }

    boolean isWanted() {
        return wanted != null;
    }

    /** Refuses what cannot be, before anything is begun. */
    void check(Spec spec, RuntimeInfo runtime) {
        if (wanted == null) {
            return;
        }
        if (!runtime.isolates()) {
            throw new NotSupportedException("a network of its own", runtime.name());
        }
        if (!isWrittenDown) {
            throw new IllegalStateException("networks need a state directory of resources, to be swept after a crash");
        }
        if (spec.linux() == null) {
            throw new IllegalArgumentException("networks need a configuration for Linux");
        }
        String joined = joinedBy(spec);
        if (joined != null) {
            throw new IllegalArgumentException(
                    "the configuration joins the network namespace '" + joined + "', and networks were asked for");
        }
    }

    /** Returns the configuration with the namespace. Nothing more is begun once this is cancelled. */
    Mono<Spec> join(Spec spec) {
        ContainerNetworks networks = wanted;
        if (networks == null) {
            return Mono.just(spec);
        }
        Mono<Spec> joined = resources
                .createNetNs()
                .delayUntil(namespace -> attachAll(networks, namespace))
                .map(namespace -> withNamespace(spec, namespace));
        return Mono.firstWithSignal(joined, cancelled.asMono().then(Mono.error(this::endedBefore)));
    }

    /** An ending waits for the creation, which begins with this. */
    void cancel() {
        cancelled.tryEmitEmpty();
    }

    private CancellationException endedBefore() {
        return new CancellationException("the run of " + resources.container() + " ended before its networks were up");
    }

    private Mono<Void> attachAll(ContainerNetworks networks, NetworkNamespace namespace) {
        return Flux.fromIterable(networks.networks())
                .index()
                .concatMap(
                        network -> resources.attach(
                                network.getT2(),
                                attachment(networks, network.getT2(), namespace, "eth" + network.getT1())),
                        0)
                .then();
    }

    private static CniAttachment attachment(
            ContainerNetworks networks, CniNetwork network, NetworkNamespace namespace, String interfaceName) {
        CniAttachment attachment = CniAttachment.of(ContainerId.of(namespace.name()), namespace.path())
                .withInterfaceName(interfaceName);
        List<PortMapping> ports = networks.portsOf(network);
        return ports.isEmpty() ? attachment : attachment.withPortMappings(ports);
    }

    private static @Nullable String joinedBy(Spec spec) {
        LinuxConfig linux = spec.linux();
        return linux == null
                ? null
                : linux.namespaces().stream()
                        .filter(namespace -> namespace.type().equals(NETWORK))
                        .map(namespace -> Objects.requireNonNullElse(namespace.path(), ""))
                        .filter(path -> !path.isEmpty())
                        .findFirst()
                        .orElse(null);
    }

    /** A configuration without a network namespace would have the network of the host: what was asked for counts. */
    private static Spec withNamespace(Spec spec, NetworkNamespace namespace) {
        LinuxConfig linux = Objects.requireNonNull(spec.linux());
        LinuxNamespace joined = new LinuxNamespace(NETWORK, namespace.path().toString(), Map.of());
        List<LinuxNamespace> namespaces = new ArrayList<>(linux.namespaces());
        namespaces.replaceAll(each -> each.type().equals(NETWORK) ? joined : each);
        if (!namespaces.contains(joined)) {
            namespaces.add(joined);
        }
        return spec.withLinux(linux.withNamespaces(namespaces));
    }
}
