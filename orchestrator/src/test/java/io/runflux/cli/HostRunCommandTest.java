// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void delete_jvmWasKilled_endsAndRemovesWhatItLeft() throws Exception {
        String root = scene.state().toString();
        try (CliProcess cli = CliProcess.start(scene, run("sh", "-c", scene.sleeper()))) {
            cli.awaitOutput("up").send("KILL");
            cli.end();
        }
        assertThat(CliResult.of("list", "--root", root).out()).contains(scene.id());
        assertThat(CliResult.of("delete", "--force", "--root", root, scene.id()).code())
                .isZero();

        assertThat(CliResult.of("list", "--root", root).out().lines()).hasSize(1);
        assertThat(scene.processes()).isEmpty();
    }
}
