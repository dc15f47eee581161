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
    void attach_severalToInteractiveRun_shareInputAndOutputAndEndAsItDoes() throws Exception {
        Path log = scene.newFile("log");
        try (CliProcess cli = CliProcess.start(scene, run("-i", "--log", "file://" + log, "sh", "-c", ECHO));
                CliProcess one = attach(cli);
                CliProcess two = attach(cli, "--no-stdin")) {
            // Before they are attached there is nothing to be seen, so the run repeats itself until they are.
            CliProcess.await(() -> {
                AttachScenario.type(cli, "hello\n");
                return one.out().contains("got hello") && two.out().contains("got hello");
            });
            AttachScenario.type(one, "there\n");
            two.awaitOutput("got there\n");
            CliProcess.await(() -> one.err().contains("err there\n"));
            AttachScenario.type(one, "7\n");

            assertThat(one.end()).as(one.err()).isEqualTo(7);
            assertThat(two.end()).as(two.err()).isEqualTo(7);
            assertThat(cli.end()).isEqualTo(7);
            assertThat(one.out()).doesNotContain("up").endsWith("got there\n");
            assertThat(cli.out()).startsWith("up\n").endsWith("got there\n");
            assertThat(Files.readString(log)).contains("up\n", "got there\n", "err there\n");
        }
        scene.assertNothingLeft();
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
