// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.EventJson;
import io.runflux.events.Topic;
import io.runflux.testing.RequiresProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code serve} in a JVM of its own, and what it refuses in this one. */
class ServeCommandTest {
    private Scene scene;
    private Path socket;

    @BeforeEach
    void setScene(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        socket = directory.resolve("s").resolve("api");
    }

    @Test
    @Tag("once")
    @RequiresProgram("curl")
    void serve_untilTerm_answersAndLeavesNothing() throws Exception {
        String address = "unix://" + socket;
        try (CliProcess server = CliProcess.start(
                scene,
                "serve",
                "--runtime",
                "host",
                "--root",
                scene.state().toString(),
                "--socket",
                socket.toString())) {
            server.awaitOutput(address);
            try (CliProcess run = CliProcess.start(
                    scene,
                    "run",
                    "--connect",
                    address,
                    "--rootfs",
                    "/",
                    "--id",
                    scene.id(),
                    "sh",
                    "-c",
                    scene.sleeper())) {
                run.awaitOutput("up");
                assertThat(CliResult.of("list", "--connect", address).out()).contains(scene.id());
                assertThat(CliResult.of("ps", "--connect", address, scene.id()).out())
                        .contains("sleep");
                assertThat(metrics()).contains("runflux_containers{status=\"running\"} 1\n");

                server.send("TERM");

                assertThat(server.end()).isEqualTo(143);
                assertThat(run.end()).isEqualTo(ExitCodes.RUN_FAILED);
                assertThat(run.err()).contains("the connection to " + address + " was lost");
            }
            assertThat(server.err())
                    .contains("audit - run " + scene.id() + " by uid 0")
                    .doesNotContain("ERROR");
        }
        assertThat(CliResult.of("events", "--root", scene.state().toString(), "--id", scene.id())
                        .out()
                        .lines())
                .extracting(line -> EventJson.read(line).topic())
                .containsExactly(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE);
        assertThat(socket).doesNotExist();
        try (var left = Files.list(socket.getParent())) {
            assertThat(left).isEmpty();
        }
        scene.assertNothingLeft();
    }

    private String metrics() throws IOException {
        Process curl = new ProcessBuilder("curl", "-sS", "--unix-socket", socket.toString(), "http://localhost/metrics")
                .redirectErrorStream(true)
                .start();
        curl.getOutputStream().close();
        try (InputStream answer = curl.getInputStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest(name = "[{index}] runflux serve {0}")
    @CsvSource(delimiter = '|', textBlock = """
            --listen localhost:0 --listen-client-ca a | --listen-client-ca needs --listen-cert
            --listen localhost:0 --listen-key a       | --listen-cert and --listen-key go together
            --listen localhost:0 --listen-cert a      | --listen-cert and --listen-key go together
            --listen-cert a --listen-key b            | go with --listen
            --listen localhost:99999                  | port must be from 0 to 65535
            --listen localhost                        | --listen must be HOST:PORT
            --listen localhost:0 --socket /a/b        | does not go with --socket
            --listen 0.0.0.0:0                        | others reach '0.0.0.0'
            --listen localhost:0 --listen-token-file /no/such | the token cannot be read from /no/such
            """)
    void serve_whatIsNotSafeOrMakesNoSense_isRefused(String words, String message) {
        StringWriter err = new StringWriter();
        String[] line = ("serve --runtime host --root " + scene.state() + " " + words).split(" ");
        int code = Runflux.commandLine(line).setErr(new PrintWriter(err, true)).execute(line);

        assertThat(code).isNotZero();
        assertThat(err.toString()).contains(message);
    }
}
