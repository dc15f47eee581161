// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --log} and {@code logs}, with plain processes. */
@Tag("once")
class LogsCommandTest {
    @TempDir
    private Path directory;

    private Scene scene;
    private Path log;

    @BeforeEach
    void setScene() throws IOException {
        scene = new Scene(directory);
        log = directory.resolve("log");
    }

    private String[] run(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--root", scene.state().toString(), "--runtime", "host"));
        arguments.addAll(List.of("--id", scene.id(), "--rootfs", "/"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private CliResult logs(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("logs", "--root", scene.state().toString()));
        arguments.addAll(List.of(more));
        return CliResult.of(arguments.toArray(String[]::new));
    }

    @Test
    void run_quiet_writesToTheLogAlone() throws Exception {
        String uri = "file://" + log + "?format=json";

        CliResult result = CliResult.of(run("--log", uri, "-q", "sh", "-c", "echo out; echo err >&2; exit 4"));

        assertThat(result).isEqualTo(new CliResult(4, "", ""));
        assertThat(Files.readString(log))
                .contains("{\"log\":\"out\\n\",\"stream\":\"stdout\"", "{\"log\":\"err\\n\",\"stream\":\"stderr\"");
        scene.assertNothingLeft();
    }

    /** A reader that comes late gets everything, since nothing is started before. */
    @Test
    void run_logIsAFifo_isReadToItsEnd() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        CliResult result = CliResult.of(run("--log", log.toString(), "-q", "sh", "-c", "echo out; echo err >&2"));

        assertThat(result).isEqualTo(new CliResult(0, "", ""));
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("out\nerr\n");
        assertThat(logs(scene.id()).err()).contains("has no log");
        scene.assertNothingLeft();
    }

    @Test
    void run_logThatCannotBeOpened_startsNothing() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), scene.temporary());
        Path started = directory.resolve("started");
        for (Path bad : List.of(directory.resolve("none/log"), link.resolve("log"))) {
            CliResult result = CliResult.of(run("--log", "file://" + bad, "touch", started.toString()));

            assertThat(result.code()).isEqualTo(125);
            assertThat(result.err()).startsWith("runflux: cannot open file://" + bad + ": ");
            assertThat(result.err().lines()).hasSize(1);
        }
        assertThat(started).doesNotExist();
        scene.assertNothingLeft();
    }

    @Test
    void run_loggingDriver_isStartedIfAllowed() throws Exception {
        Path driver = Files.writeString(directory.toRealPath().resolve("driver"), """
                #!/bin/sh
                exec 5>&-
                { echo "$CONTAINER_ID $1=$2"; cat <&3; } >"$2"
                """);
        Files.setPosixFilePermissions(driver, PosixFilePermissions.fromString("rwx------"));
        String[] command = {
            "--log", "binary://" + driver + "?to=" + log, "-q", "--log-driver-allow", "/other", "echo", "hi"
        };

        CliResult refused = CliResult.of(run(command));
        assertThat(refused.code()).isEqualTo(125);
        assertThat(refused.err()).contains("is none of the allowed logging drivers, which are [/other]");

        command[4] = driver.toString();
        assertThat(CliResult.of(run(command))).isEqualTo(new CliResult(0, "", ""));
        assertThat(Files.readString(log)).isEqualTo(scene.id() + " to=" + log + "\nhi\n");
        scene.assertNothingLeft();
    }

    @Test
    void logs_containerWithoutOne_saysSoAndReturns1() {
        CliResult result = logs(scene.id());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("runflux: container " + scene.id() + " has no log: ");
    }

    /** The file is changed several times while the reader looks. */
    @Test
    void logs_following_getsAllAcrossRotationsAndEndsWithTheContainer() throws Exception {
        Path go = directory.resolve("go");
        String script = "echo up; until [ -e " + go + " ]; do sleep 0.02; done; seq 1 60000; exit 3";
        String uri = "file://" + log + "?format=cri&max-size=64k&max-files=1000";
        try (CliProcess cli = CliProcess.start(scene, run("--log", uri, "sh", "-c", script));
                CliProcess early = follow(cli.awaitOutput("up"))) {
            early.awaitOutput("up");
            Files.createFile(go);

            assertThat(cli.end()).isEqualTo(3);
            assertThat(early.end()).as(early.err()).isZero();
            String numbers =
                    IntStream.rangeClosed(1, 60_000).mapToObj(n -> n + "\n").collect(Collectors.joining());
            assertThat(early.out()).isEqualTo("up\n" + numbers);
            assertThat(cli.out()).isEqualTo("up\n" + numbers);
            assertThat(cli.err()).doesNotContain("runflux: ");
        }
        scene.assertNothingLeft();
    }

    private CliProcess follow(CliProcess running) throws IOException {
        assertThat(running.process().isAlive()).isTrue();
        return CliProcess.start(scene, "logs", "--root", scene.state().toString(), "-f", scene.id());
    }

    @Test
    void logs_named_printsWhatIsAskedFor() throws Exception {
        Files.writeString(log, """
                2026-01-31T09:00:00.000000000Z stdout F one
                2026-01-31T09:00:01.000000000Z stderr F two
                2026-01-31T09:00:02.000000000Z stdout F three
                """);
        String uri = "file://" + log + "?format=cri";
        String[] command = {"logs", "--root", scene.state().toString(), "--since", "2026-01-31T09:00:01Z", "-t", uri};
        try (CliProcess cli = CliProcess.start(scene, command)) {
            assertThat(cli.end()).isZero();
            assertThat(cli.out()).isEqualTo("2026-01-31T09:00:02.000000000Z three\n");
            assertThat(cli.err()).isEqualTo("2026-01-31T09:00:01.000000000Z two\n");
        }
    }
}
