// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.testing.RequiresProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@RequiresProgram("stty")
class HostAttachTest implements AttachScenario {
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

    private PtySession attachAtTerminal() throws Exception {
        return PtySession.start(scene, "attach", "--root", scene.state().toString(), scene.id());
    }

    @Test
    void attach_atTerminal_takesKeysAndSizesAndLeavesByItsKeys() throws Exception {
        try (PtySession holder = PtySession.start(scene, run("-t", "-e", "PS1=in> ", "sh", "-i"))) {
            holder.awaitScreen("in> ");
            try (PtySession attached = attachAtTerminal()) {
                attached.type("echo he''llo\n").awaitScreen("\r\nhello\r\n").resize(40, 120);
                attached.type("until [ \"$(stty size)\" = '40 120' ]; do sleep 0.1; done; echo re''sized\n");
                attached.awaitScreen("\r\nresized\r\n").type("\020\021");

                assertThat(attached.endsRestored()).as(attached.screen()).isTrue();
                assertThat(attached.screen()).contains("ended 0");
            }
            holder.awaitScreen("\r\nresized\r\n").type("exit 7\n");
            assertThat(holder.endsRestored()).as(holder.screen()).isTrue();
            assertThat(holder.screen()).contains("ended 7\r\n");
        }
        scene.assertNothingLeft();
    }

    /** The next holder of that name is attached to, and not the one that is gone. */
    @Test
    void attach_holderIsKilled_saysThatTheEndIsUnknown() throws Exception {
        try (CliProcess cli = CliProcess.start(scene, run("-i", "sh", "-c", ECHO));
                CliProcess attached = attach(cli.awaitOutput("up"))) {
            CliProcess.await(() -> {
                AttachScenario.type(cli, "hello\n");
                return attached.out().contains("got hello");
            });
            cli.send("KILL");

            assertThat(attached.end()).isEqualTo(255);
        }
        String root = scene.state().toString();
        assertThat(CliResult.of("attach", "--root", root, scene.id()).err())
                .contains("no command of this state directory runs container " + scene.id());
        assertThat(CliResult.of("delete", "--force", "--root", root, scene.id()).code())
                .isZero();
        assertThat(CliResult.of(run("true")).code()).isZero();
    }

    @Test
    void stop_containerOfAnotherRun_endsIt() throws Exception {
        String root = scene.state().toString();
        try (CliProcess holder =
                CliProcess.start(scene, run("sh", "-c", scene.sleeper())).awaitOutput("up")) {
            assertThat(CliResult.of("inspect", "--root", root, scene.id()).out())
                    .contains("\"id\":\"" + scene.id() + "\",\"status\":\"running\"");
            assertThat(CliResult.of("stop", "--root", root, scene.id())).isEqualTo(new CliResult(0, "", ""));

            assertThat(holder.end()).isEqualTo(143);
        }
        assertThat(CliResult.of("stop", "--root", root, scene.id()).err()).contains("there is no container");
        scene.assertNothingLeft();
    }
}
