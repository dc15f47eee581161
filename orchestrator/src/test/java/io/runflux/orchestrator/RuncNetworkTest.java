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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Containers of runc on a bridge of Debian's plugins, which see a namespace of the test as the host. */
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram({"busybox", "unshare", "umount", "nsenter", "ip", "iptables", "mount", "host-local"})
class RuncNetworkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final ContainerId SERVER = ContainerId.of("rf-net-server");
    private static final ContainerId CLIENT = ContainerId.of("rf-net-client");

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

    private ContainerNetworks bridge() {
        return ContainerNetworks.of(CniNetwork.parse(
                """
                {"cniVersion": "1.0.0", "name": "net", "plugins": [
                  {"type": "bridge", "bridge": "rfo0", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/24"}]], "dataDir": "LEASES"}}]}""".replace("LEASES", directory.resolve("leases").toString())));
    }

    private Mono<String> outputOf(ContainerId id, String script) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        RunRequest request = RunRequest.rootfs(
                        id, directory.resolve("rootfs"), List.of("/bin/busybox", "sh", "-c", script))
                .withNetworks(bridge())
                .withStreams(ContainerStreams.copyTo(output, output));
        return orchestrator.run(request).map(report -> {
            assertThat(report.status())
                    .as(output.toString(StandardCharsets.UTF_8))
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

    private void assertNothingIsLeft() {
        assertThat(Stream.of("bundles", "state", "netns", "records", "cni")
                        .map(directory::resolve)
                        .flatMap(Remains::files))
                .isEmpty();
        assertThat(Remains.files(directory.resolve("leases/net"))).noneMatch(file -> file.contains("/10."));
        assertThat(output("nsenter", "--net=" + host.path(), "ip", "-brief", "link", "show", "type", "veth"))
                .isEmpty();
        assertThat(output("nsenter", "--net=" + host.path(), "iptables-save", "-t", "nat"))
                .doesNotContain("rf-net");
    }

    /** The addresses are given in the order in which they are asked for. */
    @Test
    void run_twoOnABridge_reachEachOtherAndLeaveNothing() {
        String client = "busybox() { /bin/busybox \"$@\"; }; i=0;"
                + " until busybox nc -w 5 10.88.0.2 80 </dev/null; do i=$((i+1)); [ $i -lt 100 ] || exit 1;"
                + " busybox usleep 50000; done";
        Mono<String> server = outputOf(
                SERVER, "/bin/busybox ip -o -4 addr show eth0; echo served |" + " /bin/busybox nc -l -p 80 >/dev/null");
        Mono<Void> isServerUp = orchestrator
                .events()
                .filter(event -> event.topic().path().equals("/tasks/start"))
                .next()
                .then();

        List<String> outputs = Flux.mergeSequential(server, isServerUp.then(outputOf(CLIENT, client)))
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(outputs.get(0)).contains("10.88.0.2/24");
        assertThat(outputs.get(1)).isEqualTo("served\n");
        assertNothingIsLeft();
    }

    @Test
    void release_realMount_isUnmounted() {
        Path root = directory.resolve("root");
        Path target = Remains.newDirectory(root, "a mount");
        Resources resources = keeper.open(SERVER, orchestrator.runtime());
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
