// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciJson;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks of {@code run} with runc, as one has them for podman. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
class RuncHooksTest {
    /** A second name for /dev/full, which the container may use. */
    private static final String ADD_VARIABLE_AND_DEVICE = """
            sed -e 's|"env":\\[|"env":["HOOKED=yes",|' \
                -e 's|"linux":{|"linux":{"devices":[{"path":"/dev/hooked","type":"c","major":1,"minor":7,"fileMode":438}],|' \
                -e 's|"devices":\\[{"allow":false,"access":"rwm"}|&,{"allow":true,"type":"c","major":1,"minor":7,"access":"rwm"}|'
            """;

    private Scene scene;
    private HookScene hooks;

    @BeforeEach
    void setScene(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        hooks = new HookScene(directory);
    }

    @Test
    void run_hooksInDirectory_giveTheContainerVariableAndDevice() throws Exception {
        hooks.add("hooks.d", "10-device.json", "precreate", ADD_VARIABLE_AND_DEVICE);
        hooks.add("hooks.d", "20-state.json", "createRuntime", "cat >" + hooks.file("created"));
        String script =
                "echo $HOOKED; ls -l /dev/hooked | cut -c1; head -c 2 /dev/hooked | wc -c; cat /dev/hooked | head -c 9 | cat >/dev/hooked";

        try (CliProcess cli = CliProcess.start(
                scene,
                "run",
                "--root",
                scene.state().toString(),
                "--runtime",
                "runc",
                "--id",
                scene.id(),
                "--hooks-dir",
                hooks.file("hooks.d").toString(),
                "--rootfs",
                "/",
                "sh",
                "-c",
                script)) {
            assertThat(cli.end()).as(cli.err()).isNotZero();

            assertThat(cli.out()).isEqualTo("yes\nc\n2\n");
            assertThat(cli.err()).contains("No space left on device");
        }
        ContainerState state = OciJson.read(hooks.read("created"), ContainerState.class);
        assertThat(state.id()).isEqualTo(scene.id());
        assertThat(state.status()).isEqualTo(ContainerStatus.CREATING);
        assertThat(state.pid()).isPositive();
        scene.assertNothingLeft();
    }
}
