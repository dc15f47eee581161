// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class HostRunCommandTest implements RunCommandContract {
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
        return "host";
    }

    @Test
    void run_processKilled_returns128AndTheSignal() {
        assertThat(CliResult.of(run("sh", "-c", "kill -9 $$")).code()).isEqualTo(137);
    }

    @Test
    void run_readerGoesAway_endsQuietly() throws Exception {
        try (CliProcess cli = CliProcess.startPiped(scene, run("yes"))) {
            InputStream out = cli.process().getInputStream();
            CliProcess.await(() -> out.available() > 0);

            out.close();

            assertThat(cli.end()).isEqualTo(141);
            assertThat(cli.err()).doesNotContain("runflux: ");
        }
        scene.assertNothingLeft();
    }

    @Test
    void run_nobodyReadsTheOutput_stopsInTime() throws Exception {
        try (CliProcess cli = CliProcess.startPiped(scene, run("--timeout", "1s", "yes"))) {
            assertThat(cli.end()).isEqualTo(124);
        }
        scene.assertNothingLeft();
    }

    @Test
    void run_inputIsClosed_readsNothing() throws Exception {
        String[] command = run("-i", "cat");
        try (CliProcess cli = CliProcess.startWithoutInput(scene, command)) {
            assertThat(cli.end()).isZero();
            assertThat(cli.out()).isEmpty();
        }
    }

    @Test
    void run_jvmIsKilled_endsWithItAndIsDeletedLater() throws Exception {
        String root = scene.state().toString();
        try (CliProcess cli = CliProcess.start(scene, run("sh", "-c", scene.sleeper()))) {
            cli.awaitOutput("up").send("KILL");
            cli.end();
        }
        CliProcess.await(() -> scene.processes().isEmpty());
        assertThat(CliResult.of("list", "--root", root).out()).contains(scene.id());
        assertThat(CliResult.of("delete", "--force", "--root", root, scene.id()).code())
                .isZero();

        assertThat(CliResult.of("list", "--root", root).out().lines()).hasSize(1);
        assertThat(scene.processes()).isEmpty();
    }

    @Test
    void command_thatTheRuntimeLacks_saysSoInOneLineAndReturns1() throws Exception {
        String root = scene.state().toString();
        try (CliProcess cli = CliProcess.start(scene, run("sh", "-c", scene.sleeper()))) {
            cli.awaitOutput("up");

            for (String command : new String[] {"pause", "resume", "stats"}) {
                CliResult result = CliResult.of(command, "--root", root, scene.id());
                assertThat(result.code()).isEqualTo(1);
                assertThat(result.err()).matches("runflux: .* not supported by the host runtime\n");
            }
            assertThat(CliResult.of("exec", "-d", "--root", root, scene.id(), "true"))
                    .isEqualTo(new CliResult(125, "", "runflux: exec --detach is not supported by the host runtime\n"));
            cli.send("TERM");
            cli.end();
        }
        scene.assertNothingLeft();
    }
}
