// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static io.runflux.host.CommandFixture.TIMEOUT;
import static io.runflux.host.CommandFixture.await;

import io.runflux.events.ContainerId;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.ProcessView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** One container for all tests: each runs processes of its own in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ContainerHostContract implements CommandContract, CommandLifeContract {
    private static final ContainerId ID = ContainerId.of("hosted");

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    private OciRuntime runtime;
    private ContainerProcess init;

    abstract OciRuntime open(ProcessLauncher launcher, Path root);

    @BeforeAll
    void startContainer(@TempDir Path directory) throws IOException {
        runtime = open(launcher, directory.resolve("state"));
        init = await(runtime.create(ID, bundle(directory), CreateOptions.defaults()));
        runtime.start(ID).block(TIMEOUT);
    }

    @AfterAll
    void deleteContainer() {
        runtime.delete(ID, DeleteOptions.defaults().withForce(true))
                .then(init.exit())
                .then(init.release())
                .then(Mono.defer(() -> launcher.disposeLater(Duration.ZERO)))
                .block(TIMEOUT);
    }

    private static Path bundle(Path parent) throws IOException {
        Path bundle = Files.createDirectory(parent.resolve("bundle")).toRealPath();
        Path bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String applet : List.of("sh", "sleep", "cat", "grep", "env", "stty", "tail")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Spec spec = SpecDefaults.defaults().generate(bundle.resolve("rootfs"), List.of("/bin/sleep", "100000"));
        OciJson.write(
                bundle.resolve(Spec.FILE_NAME),
                spec.withLinux(
                        Objects.requireNonNull(spec.linux()).withCgroupsPath("/runflux-test-" + parent.getFileName())));
        return bundle;
    }

    @Override
    public ProcessHost host() {
        return ProcessHost.container(runtime, ID);
    }

    /** It ends with its container. */
    @Override
    public void end(int pid) {}

    @Override
    public boolean isRunning(String program) {
        return await(runtime.processes(ID, ProcessView.RUNNING)
                .any(process -> process.command().contains(program)));
    }

    /** The runtime needs some tens of milliseconds, in the middle of which the process comes to be. */
    @Override
    public List<Duration> momentsOfAStart() {
        return IntStream.range(0, 8)
                .mapToObj(step -> Duration.ofMillis(8L * step))
                .toList();
    }
}
