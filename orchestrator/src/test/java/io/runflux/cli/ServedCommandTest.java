// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.testing.RequiresProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code serve} of its own, and who goes there with a terminal, a pipe, or Ctrl-C. */
@Tag("once")
@RequiresProgram("stty")
class ServedCommandTest {
    private Scene scene;
    private String address;
    private CliProcess server;

    @BeforeEach
    void serve(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        Path socket = directory.resolve("s").resolve("api");
        address = "unix://" + socket;
        server = CliProcess.start(
                scene, "serve", "--runtime", "host", "--root", scene.state().toString(), "--socket", socket.toString());
        server.awaitOutput(address);
    }

    @AfterEach
    void end() throws Exception {
        server.send("TERM");
        assertThat(server.end()).isEqualTo(143);
        server.close();
        scene.assertNothingLeft();
    }

    private String[] connected(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command, "--connect", address));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private void launch(String... more) {
        List<String> arguments = new ArrayList<>(List.of("-d", "--id", scene.id(), "--rootfs", "/"));
        arguments.addAll(List.of(more));
        assertThat(CliResult.of(connected("run", arguments.toArray(String[]::new))))
                .isEqualTo(new CliResult(0, scene.id() + System.lineSeparator(), ""));
    }

    @Test
    void attach_atTerminal_takesKeysAndSizesAndLeavesByItsKeys() throws Exception {
        launch("-t", "-e", "PS1=in> ", "sh", "-i");
        try (PtySession attached = PtySession.start(scene, connected("attach", scene.id()))) {
            attached.type("echo he''llo\n").awaitScreen("\r\nhello\r\n").resize(40, 120);
            attached.type("until [ \"$(stty size)\" = '40 120' ]; do sleep 0.1; done; echo re''sized\n");
            attached.awaitScreen("\r\nresized\r\n").type("\020\021");

            assertThat(attached.endsRestored()).as(attached.screen()).isTrue();
            assertThat(attached.screen()).contains("ended 0");
        }
        try (PtySession again = PtySession.start(scene, connected("attach", scene.id()))) {
            again.type("exit 7\n");

            assertThat(again.endsRestored()).as(again.screen()).isTrue();
            assertThat(again.screen()).contains("ended 7\r\n");
        }
    }

    /** The end of the input is not that of the container's. */
    @Test
    void attach_pipes_giveInputAndExitAsTheContainerDoes() throws Exception {
        launch("-i", "sh", "-c", AttachScenario.ECHO);
        try (CliProcess first = CliProcess.start(scene, connected("attach", scene.id()))) {
            AttachScenario.type(first, "hello\n");
            first.awaitOutput("got hello");
            first.process().getOutputStream().close();
            try (CliProcess second = CliProcess.start(scene, connected("attach", scene.id()))) {
                AttachScenario.type(second, "3\n");

                assertThat(second.end()).isEqualTo(3);
            }
            assertThat(first.end()).isEqualTo(3);
            assertThat(first.out()).isEqualTo("got hello\n");
            assertThat(first.err()).isEqualTo("err hello\n");
        }
    }

    @Test
    void attach_interrupted_leavesTheContainer() throws Exception {
        launch("-i", "sh", "-c", AttachScenario.ECHO);
        try (CliProcess attached = CliProcess.start(scene, connected("attach", scene.id()))) {
            AttachScenario.type(attached, "hello\n");
            attached.awaitOutput("got hello").send("INT");

            assertThat(attached.end()).isEqualTo(130);
            assertThat(attached.err()).isEqualTo("err hello\n");
        }
        assertThat(CliResult.of(connected("inspect", scene.id())).out()).contains("\"status\":\"running\"");
        assertThat(CliResult.of(connected("stop", "--time", "0", scene.id())).code())
                .isZero();
        try (CliProcess late = CliProcess.start(scene, connected("attach", scene.id()))) {
            assertThat(late.end()).isEqualTo(137);
            assertThat(late.out() + late.err()).isEmpty();
        }
    }

    @Test
    void events_followed_endWithTheReaderAndWithTheSignal() throws Exception {
        String created = "/tasks/create";
        try (CliProcess piped = CliProcess.startPiped(scene, connected("events", "--follow"));
                CliProcess followed =
                        CliProcess.start(scene, connected("events", "-f", "--filter", "topic=" + created))) {
            launch("--rm", "true");
            CliProcess.await(() -> piped.process().getInputStream().available() > 0);
            piped.process().getInputStream().close();
            followed.awaitOutput(created).send("INT");
            assertThat(CliResult.of(connected("run", "--rootfs", "/", "true")).code())
                    .isZero();

            assertThat(followed.end()).isEqualTo(130);
            assertThat(followed.out().lines()).allMatch(line -> line.contains(created));
            assertThat(piped.end()).isZero();
            assertThat(piped.err() + followed.err()).isEmpty();
        }
    }
}
