// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code --tty} does with every runtime that has terminals. */
interface TerminalContract {
    Scene scene();

    String runtime();

    String rootfs();

    default String[] run(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--root", scene().state().toString()));
        arguments.addAll(List.of("--runtime", runtime(), "--id", scene().id(), "--rootfs", rootfs()));
        arguments.addAll(List.of("--grace", "100ms"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    default void run_shellAtTerminal_takesKeysSizesAndInterrupts() throws Exception {
        try (PtySession terminal = PtySession.start(scene(), run("-t", "-e", "PS1=in> ", "sh", "-i"))) {
            terminal.awaitScreen("in> ").type("stty size; echo he''llo\n");
            terminal.awaitScreen("24 80\r\n").awaitScreen("\r\nhello\r\n");
            terminal.resize(40, 120)
                    .type("until [ \"$(stty size)\" = '40 120' ]; do sleep 0.1; done; echo re''sized\n");
            terminal.awaitScreen("\r\nresized\r\n").type("sh -c \"echo sl''eeps; exec sleep 1000\"\n");
            // Said by the job itself: the shell takes an interrupt that comes before it has given the terminal to one.
            terminal.awaitScreen("\r\nsleeps\r\n").type("\u0003").awaitScreen("^C");
            terminal.type("echo st''ill $?\n").awaitScreen("\r\nstill 130\r\n").type("exit 7\n");

            assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();
            assertThat(terminal.screen()).contains("ended 7\r\n");
        }
        scene().assertNothingLeft();
    }

    @Test
    @Tag("once")
    default void run_jvmIsTerminated_restoresTheTerminal() throws Exception {
        try (PtySession terminal = PtySession.start(scene(), run("-t", "sh", "-c", scene().sleeper()))) {
            String pid = terminal.awaitScreen("up\r\n").pid();

            assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -TERM " + pid)
                            .start()
                            .waitFor())
                    .isZero();

            assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();
            assertThat(terminal.screen()).contains("ended 143");
        }
        scene().assertNothingLeft();
    }

    @Test
    @Tag("once")
    default void run_tooLong_restoresTheTerminal() throws Exception {
        try (PtySession terminal =
                PtySession.start(scene(), run("-t", "--timeout", "1s", "sh", "-c", scene().sleeper()))) {
            assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();
            assertThat(terminal.screen()).contains("ran longer than 1s", "ended 124");
        }
        scene().assertNothingLeft();
    }

    @Test
    @Tag("once")
    default void run_noSuchProgram_leavesTheTerminalAlone() throws Exception {
        try (PtySession terminal = PtySession.start(scene(), run("-t", "no-such-program"))) {
            assertThat(terminal.endsRestored()).as(terminal.screen()).isTrue();
            assertThat(terminal.screen()).contains("runflux: ", "ended 127");
        }
        scene().assertNothingLeft();
    }
}
