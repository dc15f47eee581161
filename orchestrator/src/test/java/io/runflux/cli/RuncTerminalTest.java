// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram({"busybox", "stty"})
class RuncTerminalTest implements TerminalContract {
    private Scene scene;
    private Path rootfs;

    @BeforeEach
    void setScene(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        rootfs = directory.resolve("rootfs");
        Path bin = Files.createDirectories(rootfs.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String applet : List.of("sh", "stty", "sleep", "echo")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
    }

    @Override
    public Scene scene() {
        return scene;
    }

    @Override
    public String runtime() {
        return "runc";
    }

    @Override
    public String rootfs() {
        return rootfs.toString();
    }

    @Test
    void exec_shellAtTerminal_takesKeysSizesAndInterrupts() throws Exception {
        String[] exec = {"exec", "--root", scene.state().toString(), "-t", "-e", "PS1=in> ", scene.id(), "sh", "-i"};
        try (CliProcess container = CliProcess.start(scene, run("sh", "-c", scene.sleeper()))) {
            container.awaitOutput("up");
            try (PtySession terminal = PtySession.start(scene, exec)) {
                terminal.awaitScreen("in> ").type("stty size; echo he''llo\n");
                terminal.awaitScreen("24 80\r\n").awaitScreen("\r\nhello\r\n").resize(40, 120);
                terminal.type("until [ \"$(stty size)\" = '40 120' ]; do sleep 0.1; done; echo sl''eeps; sleep 1000\n");
                terminal.awaitScreen("\r\nsleeps\r\n").type("\u0003").awaitScreen("^C");
                terminal.type("echo st''ill $?\n")
                        .awaitScreen("\r\nstill 130\r\n")
                        .type("exit 9\n");

                assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();
                assertThat(terminal.screen()).contains("ended 9\r\n");
            }
            container.send("TERM");
            container.end();
        }
        scene.assertNothingLeft();
    }
}
