// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code attach} does with every runtime. */
interface AttachScenario {
    /** Repeats what it is told, and ends when it is told a number. */
    String ECHO = "echo up; while read line; do case $line in [0-9]) exit $line;; *) echo \"got $line\";"
            + " echo \"err $line\" >&2;; esac; done";

    Scene scene();

    String runtime();

    default String[] run(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--root", scene().state().toString()));
        arguments.addAll(List.of("--runtime", runtime(), "--id", scene().id(), "--rootfs", "/", "--grace", "100ms"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    default CliProcess attach(String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("attach", "--root", scene().state().toString()));
        arguments.addAll(List.of(more));
        arguments.add(scene().id());
        return CliProcess.start(scene(), arguments.toArray(String[]::new));
    }

    static void type(CliProcess to, String text) throws IOException {
        to.process().getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        to.process().getOutputStream().flush();
    }

    @Test
    default void attach_severalToInteractiveRun_shareInputAndOutputAndEndAsItDoes() throws Exception {
        Path log = scene().newFile("log");
        try (CliProcess cli = CliProcess.start(scene(), run("-i", "--log", "file://" + log, "sh", "-c", ECHO));
                CliProcess one = attach(cli);
                CliProcess two = attach(cli, "--no-stdin")) {
            // Before they are attached there is nothing to be seen, so the run repeats itself until they are.
            CliProcess.await(() -> {
                type(cli, "hello\n");
                return one.out().contains("got hello") && two.out().contains("got hello");
            });
            type(one, "there\n");
            two.awaitOutput("got there\n");
            CliProcess.await(() -> one.err().contains("err there\n"));
            type(one, "7\n");

            assertThat(one.end()).as(one.err()).isEqualTo(7);
            assertThat(two.end()).as(two.err()).isEqualTo(7);
            assertThat(cli.end()).isEqualTo(7);
            assertThat(one.out()).doesNotContain("up").endsWith("got there\n");
            assertThat(cli.out()).startsWith("up\n").endsWith("got there\n");
            assertThat(Files.readString(log)).contains("up\n", "got there\n", "err there\n");
        }
        scene().assertNothingLeft();
    }

    private CliProcess attach(CliProcess running, String... more) throws IOException {
        running.awaitOutput("up");
        return attach(more);
    }
}
