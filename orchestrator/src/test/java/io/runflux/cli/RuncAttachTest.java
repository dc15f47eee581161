// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
class RuncAttachTest implements AttachScenario {
    private Scene scene;

    @BeforeEach
    void setScene(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
    }

    @Override
    public Scene scene() {
        return scene;
    }

    @Override
    public String runtime() {
        return "runc";
    }

    @Test
    void exec_withLog_writesToBoth() throws Exception {
        Path log = scene.newFile("log");
        String root = scene.state().toString();
        try (CliProcess cli = CliProcess.start(scene, run("sh", "-c", scene.sleeper()))) {
            cli.awaitOutput("up");
            try (CliProcess exec = CliProcess.start(
                    scene,
                    "exec",
                    "--root",
                    root,
                    "--log",
                    "file://" + log,
                    scene.id(),
                    "sh",
                    "-c",
                    "echo hi; exit 5")) {
                assertThat(exec.end()).as(exec.err()).isEqualTo(5);
                assertThat(exec.out()).isEqualTo("hi\n");
            }
            cli.send("TERM");
            cli.end();
        }
        assertThat(Files.readString(log)).isEqualTo("hi\n");
        scene.assertNothingLeft();
    }
}
