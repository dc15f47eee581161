// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.network.CniNetwork;
import io.runflux.network.CniOptions;
import io.runflux.network.NetworkNamespace;
import io.runflux.network.NetworkNamespaces;
import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Containers of runc on a bridge of Debian's plugins, which see a namespace of the test as the host. */
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram({"busybox", "unshare", "umount", "nsenter", "ip", "iptables", "mount", "host-local"})
class RuncNetworkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final List<String> BRIDGES = List.of("a", "b");
    private static final int ROUNDS = 50;
    private static final String SERVER_SCRIPT =
            "/bin/busybox ip -o -4 addr show eth0; echo served | /bin/busybox nc -l -p 80 >/dev/null";
    /** There are two addresses, of which it has one. Whoever is there may not listen yet. */
    private static final String CLIENT_SCRIPT = """
            case $(/bin/busybox ip -o -4 addr show eth0) in *PREFIX.2/*) peer=PREFIX.3;; *) peer=PREFIX.2;; esac
            i=0
            until /bin/busybox nc -w 5 $peer 80 </dev/null; do
                i=$((i+1)); [ $i -lt 100 ] || exit 1
                /bin/busybox usleep 20000
            done
            """;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @TempDir
    private Path temporary;

    private Path directory;
    private NetworkNamespaces hosts;
    private NetworkNamespace host;
    private ResourceKeeper keeper;
    private EmbeddedOrchestrator orchestrator;

    @BeforeEach
    void makeOrchestrator() throws IOException {
        directory = temporary.toRealPath();
        Path bin = Files.createDirectories(directory.resolve("rootfs/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        hosts = NetworkNamespaces.in(launcher, directory.resolve("hosts"));
        host = hosts.create("host").blockOptional(LIMIT).orElseThrow();
        Path root = Remains.newDirectory(directory, "root");
        ResourceOptions options = ResourceOptions.defaults()
                .withStateDirectory(directory.resolve("records"))
                .withRoots(List.of(root))
                .withNamespaceDirectory(directory.resolve("netns"))
                .withCni(CniOptions.defaults()
                        .withStateDirectory(directory.resolve("cni"))
                        .withHostNamespace(host.path()));
        keeper = ResourceKeeper.of(launcher, options);
        RuntimeConfig config = RuntimeConfig.builder(runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .build();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runc(shared, config))
                .resources(shared -> keeper)
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .build();
    }

    @AfterEach
    void disposeOfAll() {
        orchestrator
                .disposeLater()
                .then(hosts.remove("host"))
                .then(launcher.disposeLater(Duration.ZERO))
                .block(LIMIT);
    }

    private static Path runc() {
        return Stream.of(RuntimeConfig.TRUSTED_PATH.split(":"))
                .map(part -> Path.of(part, "runc"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    /** It has two addresses, so those who meet on it prove that all before them have given theirs back. */
    private CniNetwork bridge(String name) {
        String prefix = prefixOf(name);
        return CniNetwork.parse("""
                {"cniVersion": "1.0.0", "name": "NAME", "plugins": [
                  {"type": "bridge", "bridge": "rfo-NAME", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "dataDir": "LEASES", "ranges": [[
                     {"subnet": "PREFIX.0/24", "rangeStart": "PREFIX.2", "rangeEnd": "PREFIX.3"}]]}}]}""".replace("NAME", name)
                .replace("PREFIX", prefix)
                .replace("LEASES", directory.resolve("leases").toString()));
    }

    private static String prefixOf(String bridge) {
        return "10.88." + BRIDGES.indexOf(bridge);
    }

    /** Two containers at once, the second of which begins when the first is on the bridge, and asks it for its word. */
    private Mono<Void> meeting(String bridge) {
        Sinks.Empty<Void> isServerThere = Sinks.empty();
        Mono<String> server =
                outputOf("rf-net-server-" + bridge, bridge, SERVER_SCRIPT, () -> isServerThere.tryEmitEmpty());
        String script = CLIENT_SCRIPT.replace("PREFIX", prefixOf(bridge));
        Mono<String> client = outputOf("rf-net-client-" + bridge, bridge, script, () -> {});
        return Mono.zip(server, isServerThere.asMono().then(client))
                .doOnNext(outputs -> {
                    assertThat(outputs.getT1()).contains(prefixOf(bridge) + ".");
                    assertThat(outputs.getT2()).isEqualTo("served\n");
                })
                .then();
    }

    private Mono<String> outputOf(String id, String bridge, String script, Runnable whenCreated) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ContainerStreams streams = ContainerStreams.copyTo(output, output);
        RunRequest request = RunRequest.rootfs(
                        ContainerId.of(id), directory.resolve("rootfs"), List.of("/bin/busybox", "sh", "-c", script))
                .withNetworks(ContainerNetworks.of(bridge(bridge)))
                .withTimeout(LIMIT)
                .withStreams(new RelayedStreams(streams.stdio(), process -> {
                    whenCreated.run();
                    return streams.relay(process);
                }));
        return orchestrator.run(request).map(report -> {
            assertThat(report.status())
                    .as(id + ": " + output.toString(StandardCharsets.UTF_8))
                    .isEqualTo(ExitStatus.exited(0));
            return output.toString(StandardCharsets.UTF_8);
        });
    }

    private String output(String program, String... arguments) {
        ProcessSpec spec = ProcessSpec.lookup(program, PATH)
                .arguments(arguments)
                .environment("PATH", PATH)
                .stdout(Stdio.pipe())
                .build();
        CapturedOutput output = launcher.capture(spec, CaptureLimits.defaults())
                .blockOptional(LIMIT)
                .orElseThrow();
        assertThat(output.status().isSuccess()).isTrue();
        return output.stdout();
    }

    private String inHost(String... command) {
        return output(
                "nsenter",
                Stream.concat(Stream.of("--net=" + host.path(), "--"), Stream.of(command))
                        .toArray(String[]::new));
    }

    private void assertNothingIsLeft() {
        assertThat(Stream.of("bundles", "state", "netns", "records", "cni", "calls")
                        .map(directory::resolve)
                        .flatMap(Remains::files))
                .isEmpty();
        assertThat(Remains.mounts(directory.resolve("netns"))).isEmpty();
        assertThat(Remains.cgroups("rf-net-")).isEmpty();
        assertThat(BRIDGES.stream().flatMap(bridge -> Remains.files(directory.resolve("leases/" + bridge))))
                .noneMatch(file -> file.contains("/10."));
        assertThat(inHost("ip", "-brief", "link", "show", "type", "veth")).isEmpty();
        assertThat(inHost("iptables-save")).doesNotContain("rf-net");
    }

    @Test
    void run_twoOnABridge_reachEachOtherAndLeaveNothing() {
        meeting("a").block(LIMIT);

        assertNothingIsLeft();
    }

    @Test
    @Tag("once")
    void run_fiftyMeetings_leaveNothing() {
        meetings(1).block(LIMIT);
        String rules = rules();
        long descriptors = descriptors();

        meetings(ROUNDS / BRIDGES.size()).block(LIMIT.multipliedBy(2));

        assertNothingIsLeft();
        assertThat(rules()).isEqualTo(rules);
        Long left = Mono.fromSupplier(RuncNetworkTest::descriptors)
                .filter(open -> open <= descriptors)
                .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(10)))
                .timeout(Duration.ofSeconds(5), Mono.fromSupplier(RuncNetworkTest::descriptors))
                .block(LIMIT);
        assertThat(left).isLessThanOrEqualTo(descriptors);
    }

    /** So many on each bridge, one after another. */
    private Mono<Void> meetings(int count) {
        return Mono.when(BRIDGES.stream()
                .map(bridge -> Flux.range(0, count).concatMap(round -> meeting(bridge), 0))
                .toList());
    }

    /** Without the time, which is in the comments, and how much each chain has seen. */
    private String rules() {
        return inHost("iptables-save").replaceAll("(?m)^#.*|\\[\\d+:\\d+\\]", "");
    }

    private static long descriptors() {
        return Remains.files(Path.of("/proc/self/fd")).count();
    }

    @Test
    void release_realMount_isUnmounted() {
        Path root = directory.resolve("root");
        Path target = Remains.newDirectory(root, "a mount");
        Resources resources = keeper.open(ContainerId.of("rf-net-mount"), orchestrator.runtime());
        resources
                .acquire(
                        new Resource.Mount(target),
                        FileWork.call(() -> output("mount", "-t", "tmpfs", "tmpfs", target.toString())))
                .block(LIMIT);
        assertThat(Remains.mounts(root)).hasSize(1);

        resources
                .release(ReleaseScope.ALL)
                .then(resources.release(ReleaseScope.ALL))
                .block(LIMIT);

        assertThat(Remains.mounts(root)).isEmpty();
        assertThat(target).exists();
    }
}
