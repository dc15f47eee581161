// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.network.CniNetwork;
import io.runflux.network.CniNetworkDirectory;
import io.runflux.network.PortMapping;
import io.runflux.orchestrator.BundleSource;
import io.runflux.orchestrator.ContainerNetworks;
import io.runflux.orchestrator.RunRequest;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import reactor.core.publisher.Flux;

/** What a container is attached to. */
final class NetworkOptions {
    private static final String HOST = "host";
    private static final String NONE = "none";

    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--net",
            paramLabel = "NAME",
            description = "a CNI network to attach it to (repeatable: eth0, eth1 and so on, in this order); none for a"
                    + " loopback interface alone, as without this option, and host for the network of this host")
    private List<String> names = List.of();

    @Option(
            names = "--net-conf-dir",
            paramLabel = "DIR",
            defaultValue = "/etc/cni/net.d",
            description = "where networks are described (default: ${DEFAULT-VALUE})")
    private Path directory = CniNetworkDirectory.DIRECTORY;

    @Option(
            names = "--publish",
            paramLabel = "[IP:]HOST:CONTAINER[/tcp|udp]",
            converter = PublishedPort.class,
            description = "a port of this host that leads to one of the container (repeatable), through the first"
                    + " network with the capability portMappings")
    private List<PortMapping> ports = List.of();

    boolean isWanted() {
        return !names.isEmpty() || !ports.isEmpty();
    }

    boolean isHost() {
        return names.contains(HOST);
    }

    /** Blocks while it looks for the networks. */
    RunRequest addTo(RunRequest request, RuntimeChoice runtime) {
        boolean isBundle = request.source() instanceof BundleSource.Directory;
        check(runtime, isBundle);
        if (names.isEmpty() || isHost()) {
            return request;
        }
        if (names.contains(NONE)) {
            return isBundle ? request.withNetworks(ContainerNetworks.of()) : request;
        }
        return request.withNetworks(find());
    }

    private void check(RuntimeChoice runtime, boolean isBundle) {
        boolean isNamed = names.stream().anyMatch(name -> !name.equals(HOST) && !name.equals(NONE));
        if (!ports.isEmpty() && !isNamed) {
            throw usage("--publish needs a network, by --net NAME");
        }
        if (names.size() > 1 && (isHost() || names.contains(NONE))) {
            throw usage("--net host and --net none go alone");
        }
        if (runtime.isHost() && !names.isEmpty() && !isHost()) {
            throw usage("--net needs a runtime that isolates, such as runc; the host runtime has the network of this"
                    + " host");
        }
        if (isBundle && isHost() && !runtime.isHost()) {
            throw usage("--net host goes with --rootfs; a bundle has its namespaces in its config.json");
        }
        if (runtime.name().equals(Runtimes.RUNSC)) {
            checkRunsc(runtime, isNamed);
        }
    }

    /** It has a network of its own, and takes over what it finds in a namespace only if it is not told otherwise. */
    private void checkRunsc(RuntimeChoice runtime, boolean isNamed) {
        String network = runtime.flags().getOrDefault("network", "sandbox");
        if (isNamed && !network.equals("sandbox")) {
            throw usage("--net does not go with --runtime-flag network=" + network);
        }
        if (isHost() && !network.equals(HOST)) {
            throw usage("--net host with runsc needs --runtime-flag network=host");
        }
    }

    private ContainerNetworks find() {
        CniNetworkDirectory networks =
                CniNetworkDirectory.of(directory.toAbsolutePath().normalize());
        try {
            List<CniNetwork> found = Required.of(Flux.fromIterable(names)
                    .concatMap(networks::find)
                    .collectList()
                    .block());
            return new ContainerNetworks(found, ports);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
