// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks of {@code run} with the host runtime. */
@Tag("once")
class HostHooksTest {
    private Scene scene;
    private HookScene hooks;

    @BeforeEach
    void setScene(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        hooks = new HookScene(directory);
    }

    private String[] run(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--root", scene.state().toString()));
        arguments.addAll(List.of("--runtime", "host", "--id", scene.id()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void run_hooksInDirectory_changeTheContainerAndSeeItsEnd() throws Exception {
        hooks.add("a", "10-env.json", "precreate", "sed 's|\"env\":\\[|\"env\":[\"HOOKED=from a\",|'");
        hooks.add("b", "10-env.json", "precreate", "sed 's|\"env\":\\[|\"env\":[\"HOOKED=from b\",|'");
        hooks.add("b", "20-end.json", "poststop", "cat >" + hooks.file("ended"));
        String[] command = run(
                "--hooks-dir",
                hooks.file("a").toString(),
                "--hooks-dir",
                hooks.file("b").toString(),
                "--events",
                "--rootfs",
                "/",
                "sh",
                "-c",
                "echo $HOOKED; exit 3");

        try (CliProcess cli = CliProcess.start(scene, command)) {
            assertThat(cli.end()).as(cli.err()).isEqualTo(3);

            assertThat(cli.out()).isEqualTo("from b\n");
            assertThat(cli.err()
                            .lines()
                            .filter(line -> line.startsWith("{"))
                            .map(EventJson::read)
                            .map(HostHooksTest::topic))
                    .containsExactly(
                            "/hooks/started",
                            "/hooks/finished",
                            "/tasks/create",
                            "/tasks/start",
                            "/tasks/exit",
                            "/tasks/delete",
                            "/hooks/started",
                            "/hooks/finished");
        }
        ContainerState state = OciJson.read(hooks.read("ended"), ContainerState.class);
        assertThat(state.id()).isEqualTo(scene.id());
        assertThat(state.status()).isEqualTo(ContainerStatus.STOPPED);
        scene.assertNothingLeft();
    }

    private static String topic(EventEnvelope event) {
        return event.topic().path();
    }

    @Test
    void run_precreateHookFails_returns125AndNamesIt() throws Exception {
        hooks.add("a", "10.json", "precreate", "exit 1");

        CliResult result = CliResult.of(
                run("--hooks-dir", hooks.file("a").toString(), "--rootfs", "/", "touch", hooks.file("ran") + ""));

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).startsWith("runflux: config filter hook 0 (/bin/sh): ");
        assertThat(result.err().lines()).hasSize(1);
        assertThat(hooks.file("ran")).doesNotExist();
        scene.assertNothingLeft();
    }

    @Test
    void run_hookFileThatOthersMayWrite_returns125() throws Exception {
        Path open = hooks.add("a", "10.json", "precreate", "cat");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));

        CliResult result = CliResult.of(
                run("--hooks-dir", hooks.file("a").toString(), "--rootfs", "/", "touch", hooks.file("ran") + ""));

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).startsWith("runflux: cannot use '" + open + "'");
        assertThat(hooks.file("ran")).doesNotExist();
        scene.assertNothingLeft();
    }
}
