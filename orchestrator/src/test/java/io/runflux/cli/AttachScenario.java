// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Containers to attach to. */
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

    default CliProcess attach(CliProcess running, String... more) throws IOException {
        running.awaitOutput("up");
        return attach(more);
    }
}
