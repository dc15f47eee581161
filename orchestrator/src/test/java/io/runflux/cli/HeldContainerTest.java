// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The socket and the place of the log of a {@code run} whose command is killed. */
@Tag("once")
class HeldContainerTest {
    private Scene scene;

    @BeforeEach
    void setScene(@TempDir Path directory) throws IOException {
        scene = new Scene(directory);
    }

    private CliResult command(String name, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(name, "--root", scene.state().toString(), "--runtime", "host"));
        arguments.addAll(List.of(more));
        return CliResult.of(arguments.toArray(String[]::new));
    }

    private void runAndKill() throws Exception {
        String[] run = {
            "run",
            "--root",
            scene.state().toString(),
            "--runtime",
            "host",
            "--id",
            scene.id(),
            "--rootfs",
            "/",
            "--log",
            "file://" + scene.newFile("log"),
            "sh",
            "-c",
            scene.sleeper()
        };
        try (CliProcess cli = CliProcess.start(scene, run)) {
            cli.awaitOutput("up");
            cli.send("KILL");
            assertThat(cli.end()).isEqualTo(137);
        }
    }

    /** What is held, which is in the record. */
    private List<Path> held() {
        List<Path> files = Stream.of("attach", "logs")
                .flatMap(place -> filesIn(scene.state().resolve(place)))
                .toList();
        String records = filesIn(scene.state().resolve("resources"))
                .map(HeldContainerTest::text)
                .reduce("", String::concat);
        assertThat(files).allMatch(file -> records.contains(file.toString()));
        return files;
    }

    private static Stream<Path> filesIn(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void delete_commandThatRanItWasKilled_removesWhatItHeld() throws Exception {
        runAndKill();
        assertThat(held()).hasSize(2);
        assertThat(CliResult.of("logs", "--root", scene.state().toString(), scene.id())
                        .code())
                .isZero();

        assertThat(command("delete", "--force", scene.id()).code()).isZero();

        scene.assertNothingLeft();
    }

    /** As long as its container is there it is left alone. */
    @Test
    void run_containerOfAKilledCommandHasGone_removesWhatItHeld() throws Exception {
        runAndKill();
        assertThat(command("run", "--rootfs", "/", "true").code()).isZero();
        assertThat(held()).hasSize(2);
        deleteByRuntime();

        assertThat(command("run", "--rootfs", "/", "true").code()).isZero();

        scene.assertNothingLeft();
    }

    private void deleteByRuntime() {
        ProcessLauncher launcher = ProcessLauncher.create();
        OciRuntimes.host(launcher, new HostRuntimeConfig(scene.state().resolve("host"), false))
                .delete(ContainerId.of(scene.id()), DeleteOptions.defaults().withForce(true))
                .then(launcher.disposeLater(Duration.ZERO))
                .block(CliProcess.TIMEOUT);
    }
}
