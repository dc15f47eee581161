// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Debian's plugins, which see a namespace of the test as the host: it gets the bridge and the rules of the firewall.
 */
@RequiresRoot
@RequiresProgram({"unshare", "umount", "nsenter", "ip", "iptables", "busybox", "host-local", "portmap"})
class BridgeNetworkTest extends NetworkFixture {
    private static final ContainerId OTHER = ContainerId.of("c2");
    private static final String OUTER_ADDRESS = "10.86.0.1";
    private static final int ROUNDS = 10;

    private Path place = Path.of("/");
    private Path state = Path.of("/");
    private Path leases = Path.of("/");
    private NetworkNamespaces namespaces = NetworkNamespaces.of(launcher);
    private CniNetworks networks = CniNetworks.of(launcher, CniOptions.defaults());
    private NetworkNamespace host = new NetworkNamespace("host", Path.of("/"));
    private CniNetwork network = network("/");

    @BeforeEach
    void makeHost() {
        place = directory.resolve("netns");
        state = directory.resolve("state");
        leases = directory.resolve("leases");
        namespaces = NetworkNamespaces.in(launcher, place);
        host = get(namespaces.create("host"));
        networks = CniNetworks.of(
                launcher,
                CniOptions.defaults()
                        .withPluginDirectories(List.of(Path.of("/usr/lib/cni")))
                        .withStateDirectory(state)
                        .withHostNamespace(host.path()));
        network = network(leases.toString());
    }

    @AfterEach
    void removeAll() {
        Flux.fromIterable(namesIn(place)).concatMap(namespaces::remove).blockLast(TIMEOUT);
    }

    private static CniNetwork network(String leases) {
        return CniNetwork.parse("""
                {"cniVersion": "1.0.0", "name": "net", "plugins": [
                  {"type": "bridge", "bridge": "rfx0", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.87.0.0/24"}]],
                            "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "LEASES"}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}]}""".replace("LEASES", leases));
    }

    private static String addressOf(CniResult result) {
        return result.addresses().get(0).address().replaceAll("/.*", "");
    }

    @Test
    void add_twoContainers_reachEachOtherAndAreListedWithTheirNetwork() {
        CniAttachment one =
                CniAttachment.of(CONTAINER, get(namespaces.create("one")).path());
        NetworkNamespace second = get(namespaces.create("two"));
        CniAttachment two = CniAttachment.of(OTHER, second.path());
        String first = addressOf(get(networks.add(network, one)));
        CniResult result = get(networks.add(network, two));

        assertThat(inNamespace(second, "busybox", "ping", "-c", "1", "-W", "5", first))
                .contains("1 packets received");
        run(networks.check(network, one));
        NamespaceEndpoint endpoint = get(networks.endpoints(second.path())).get(0);
        assertThat(endpoint.name()).isEqualTo("eth0");
        assertThat(endpoint.network()).isEqualTo("net");
        assertThat(endpoint.addresses()).contains(result.addresses().get(0).address());
        assertThat(endpoint.mac())
                .isEqualTo(Objects.requireNonNull(result.links().get(2)).mac());
        assertThat(output("ip", "-brief", "link", "show")).doesNotContain("rfx0");

        run(networks.delete(network, one));
        run(networks.delete(network, two));
        assertNothingIsLeft();
    }

    @Test
    void add_portMapping_leadsFromOutsideOfTheHostToTheContainer() {
        NetworkNamespace inside = get(namespaces.create("one"));
        CniAttachment one =
                CniAttachment.of(CONTAINER, inside.path()).withPortMappings(List.of(PortMapping.tcp(8080, 80)));
        NetworkNamespace outside = outside();
        get(networks.add(network, one));

        String answer =
                withServer(inside, () -> inNamespace(outside, "busybox", "nc", "-w", "5", OUTER_ADDRESS, "8080"));

        assertThat(answer).isEqualTo("hello\n");
        assertThat(inNamespace(host, "iptables-save")).contains("--dport 8080");
        run(networks.delete(network, one));
        assertThat(inNamespace(host, "iptables-save")).doesNotContain("--dport 8080");
        inNamespace(host, "ip", "link", "delete", "dev", "out0");
        assertNothingIsLeft();
    }

    /** A machine that knows the host's address alone, not that of the container. */
    private NetworkNamespace outside() {
        NetworkNamespace outside = get(namespaces.create("outside"));
        String peer = outside.path().toString();
        inNamespace(host, "ip", "link", "add", "out0", "type", "veth", "peer", "name", "eth0", "netns", peer);
        inNamespace(host, "ip", "address", "add", OUTER_ADDRESS + "/24", "dev", "out0");
        inNamespace(host, "ip", "link", "set", "dev", "out0", "up");
        inNamespace(outside, "ip", "address", "add", "10.86.0.2/24", "dev", "eth0");
        inNamespace(outside, "ip", "link", "set", "dev", "eth0", "up");
        return outside;
    }

    /** Asks while something listens on port 80 in a namespace, which says hello to the first that connects. */
    private String withServer(NetworkNamespace inside, Supplier<String> question) {
        ProcessSpec server = ProcessSpec.lookup("nsenter", Programs.PATH)
                .arguments("--net=" + inside.path(), "--", "busybox", "nc", "-l", "-p", "80", "-e", "echo", "hello")
                .environment("PATH", Programs.PATH)
                .build();
        RunningProcess process = get(launcher.launch(server));
        try {
            awaitUntil("the server listens", () -> inNamespace(inside, "cat", "/proc/net/tcp", "/proc/net/tcp6")
                    .contains(":0050 "));
            return question.get();
        } finally {
            run(process.release());
        }
    }

    @Test
    void delete_namespaceIsGoneAndAgain_releasesTheAddress() {
        CniAttachment one =
                CniAttachment.of(CONTAINER, get(namespaces.create("one")).path());
        get(networks.add(network, one));
        run(namespaces.remove("one"));

        run(networks.delete(network, one));
        run(networks.delete(network, one));

        awaitUntil("the kernel has ended the namespace", () -> veths().isEmpty());
        assertNoLinkLeaseOrRecordIsLeft();
    }

    @Test
    void add_interfaceInUse_isReportedAndReleasesTheAddress() {
        NetworkNamespace inside = get(namespaces.create("one"));
        inNamespace(inside, "ip", "link", "add", "name", "eth0", "type", "veth", "peer", "name", "x");

        CniException error = errorOf(networks.add(network, CniAttachment.of(CONTAINER, inside.path())));

        assertThat(error.reason()).isEqualTo(CniException.Reason.REPORTED);
        assertThat(error.code()).isNotNull();
        assertNothingIsLeft();
    }

    @Test
    void versions_realPlugin_speaksThatOfTheNetwork() {
        assertThat(get(networks.versions("bridge"))).contains("0.4.0", "1.0.0");
        run(networks.validate(network));
    }

    @Test
    @Tag("once")
    void add_manyRounds_leaveNothing() {
        round();
        String rules = inNamespace(host, "iptables-save", "-t", "nat").replaceAll("(?m)^#.*", "");
        List<String> links = links();

        for (int round = 1; round < ROUNDS; round++) {
            round();
        }

        assertNothingIsLeft();
        assertThat(namesIn(place)).containsExactly("host");
        assertThat(inNamespace(host, "iptables-save", "-t", "nat").replaceAll("(?m)^#.*", ""))
                .isEqualTo(rules);
        assertThat(links()).isEqualTo(links);
    }

    /** The index, name and MAC of each: its state and its address in IPv6 change by themselves. */
    private List<String> links() {
        return inNamespace(host, "ip", "-o", "link", "show")
                .lines()
                .map(line -> line.replaceFirst("^(\\d+: [^:]+:).* (link/\\S+ [0-9a-f:]{17}) .*$", "$1 $2"))
                .toList();
    }

    /** Two containers at once, of which one has a port of the host. */
    private void round() {
        Mono.when(life(CONTAINER, "one", List.of(PortMapping.tcp(8080, 80))), life(OTHER, "two", List.of()))
                .block(TIMEOUT);
    }

    private Mono<Void> life(ContainerId container, String name, List<PortMapping> ports) {
        return namespaces
                .create(name)
                .map(made -> CniAttachment.of(container, made.path()).withPortMappings(ports))
                .flatMap(attachment -> networks.add(network, attachment).then(networks.delete(network, attachment)))
                .then(namespaces.remove(name));
    }

    private void assertNothingIsLeft() {
        assertNoLinkLeaseOrRecordIsLeft();
        assertThat(inNamespace(host, "iptables-save")).doesNotContain("c1").doesNotContain("c2");
    }

    private void assertNoLinkLeaseOrRecordIsLeft() {
        assertThat(veths()).isEmpty();
        assertThat(namesIn(leases.resolve("net"))).noneMatch(name -> name.startsWith("10."));
        assertThat(namesIn(state)).isEmpty();
    }

    private String veths() {
        return inNamespace(host, "ip", "-brief", "link", "show", "type", "veth");
    }
}
