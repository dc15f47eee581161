// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.network.NetworkNamespace;
import io.runflux.network.NetworkNamespaces;
import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --net} in a network namespace of the test, which takes the place of the host's. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram({"unshare", "umount", "nsenter", "ip", "iptables", "host-local"})
class RuncNetworkCommandTest {
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private final ProcessLauncher launcher = ProcessLauncher.create();

    private Scene scene;
    private Path directory;
    private NetworkNamespaces hosts;
    private NetworkNamespace host;

    @BeforeEach
    void setScene(@TempDir Path temporary, @TempDir Path place) throws IOException {
        directory = temporary.toRealPath();
        scene = new Scene(directory);
        hosts = NetworkNamespaces.in(launcher, place.toRealPath());
        host = hosts.create("host").blockOptional(CliProcess.TIMEOUT).orElseThrow();
        Path networks = Files.createDirectory(directory.resolve("net.d"));
        Files.setPosixFilePermissions(networks, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = Files.writeString(networks.resolve("web.conflist"), """
                {"cniVersion": "1.0.0", "name": "web", "plugins": [
                  {"type": "bridge", "bridge": "rfc0", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.89.0.0/24"}]], "dataDir": "LEASES"}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}]}""".replace(
                        "LEASES", directory.resolve("leases").toString()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @AfterEach
    void removeHost() {
        hosts.remove("host").then(launcher.disposeLater(Duration.ZERO)).block(CliProcess.TIMEOUT);
    }

    private CliProcess start(String command, String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--root", scene.state().toString()));
        arguments.addAll(List.of("--runtime", "runc"));
        arguments.addAll(List.of(more));
        return CliProcess.startThrough(
                List.of("nsenter", "--net=" + host.path(), "--"), scene, arguments.toArray(String[]::new));
    }

    private CliProcess run(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--id", scene.id(), "--rootfs", "/", "--grace", "100ms"));
        arguments.addAll(List.of("--net-conf-dir", directory.resolve("net.d").toString()));
        arguments.addAll(List.of(more));
        return start("run", arguments.toArray(String[]::new));
    }

    private String inHost(String... command) {
        List<String> words = new ArrayList<>(List.of("--net=" + host.path(), "--"));
        words.addAll(List.of(command));
        ProcessSpec spec = ProcessSpec.lookup("nsenter", PATH)
                .arguments(words.toArray(String[]::new))
                .environment("PATH", PATH)
                .stdout(Stdio.pipe())
                .build();
        CapturedOutput output = launcher.capture(spec, CaptureLimits.defaults())
                .blockOptional(CliProcess.TIMEOUT)
                .orElseThrow();
        assertThat(output.status().isSuccess()).isTrue();
        return output.stdout();
    }

    private List<Path> held() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : List.of("resources", "netns", "cni")) {
            Path place = scene.state().resolve(name);
            if (Files.isDirectory(place)) {
                try (Stream<Path> entries = Files.list(place)) {
                    entries.forEach(files::add);
                }
            }
        }
        return files;
    }

    private void assertNothingIsLeft() throws Exception {
        assertThat(held()).isEmpty();
        assertThat(inHost("ip", "-brief", "link", "show", "type", "veth")).isEmpty();
        assertThat(inHost("iptables-save", "-t", "nat")).doesNotContain(scene.id());
        scene.assertNothingLeft();
    }

    @Test
    void run_networkAndPort_areThereForTheRun() throws Exception {
        try (CliProcess cli = run(
                "--net", "web", "--publish", "127.0.0.1:8080:80", "sh", "-c", "ip -o -4 addr; " + scene.sleeper())) {
            cli.awaitOutput("up");
            assertThat(cli.out()).contains("eth0    inet 10.89.0.2/24");
            assertThat(inHost("iptables-save", "-t", "nat"))
                    .contains("-d 127.0.0.1/32 -p tcp -m tcp --dport 8080", "10.89.0.2:80");
            cli.send("TERM");
            assertThat(cli.end()).isEqualTo(143);
        }
        assertNothingIsLeft();
    }

    /** The container outlives its command; what it held is released with it. */
    @Test
    void delete_commandThatRanItWasKilled_releasesWhatItHeld() throws Exception {
        try (CliProcess cli = run("--net", "web", "sh", "-c", scene.sleeper())) {
            cli.awaitOutput("up");
            CliProcess.await(() -> scene.ofCalls().isEmpty());
            cli.send("KILL");
            assertThat(cli.end()).isEqualTo(137);
        }
        try (CliProcess other = start("run", "--rootfs", "/", "true")) {
            assertThat(other.end()).as(other.err()).isZero();
        }
        // The record of the run, that of the command, the namespace and its attachment.
        assertThat(held()).hasSize(4);
        assertThat(inHost("ip", "-brief", "link", "show", "type", "veth")).isNotEmpty();

        try (CliProcess delete = start("delete", "-f", scene.id())) {
            assertThat(delete.end()).as(delete.err()).isZero();
        }

        assertNothingIsLeft();
    }

    @Test
    void run_hostOrNoSuchNetwork_isTheHostsOrAnError() throws Exception {
        try (CliProcess cli = run("--net", "host", "readlink", "/proc/self/ns/net")) {
            assertThat(cli.end()).as(cli.err()).isZero();
            assertThat(cli.out()).isEqualTo(inHost("readlink", "/proc/self/ns/net"));
        }
        CliResult missing = CliResult.of(
                "run",
                "--runtime",
                "runc",
                "--rootfs",
                "/",
                "--net-conf-dir",
                directory + "/net.d",
                "--net",
                "x",
                "true");
        assertThat(missing.code()).isEqualTo(125);
        assertThat(missing.err()).contains("x").contains("web").hasLineCount(1);
        assertThat(CliResult.of("run", "--runtime", "runc", "--bundle", "/", "--net", "host")
                        .err())
                .contains("--net host goes with --rootfs");
        assertThat(CliResult.of("run", "--runtime", "runc", "--rootfs", "/", "--net", "../x", "true")
                        .code())
                .isEqualTo(2);
        assertNothingIsLeft();
    }
}
