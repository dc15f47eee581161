// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code run} does with every runtime. */
interface RunCommandContract {
    Scene scene();

    String runtime();

    /** Arguments for a container of this runtime that has the host's files. */
    default String[] run(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--root", scene().state().toString()));
        arguments.addAll(List.of("--runtime", runtime(), "--id", scene().id(), "--rootfs", "/", "--grace", "100ms"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "42", "255"})
    default void run_processExits_returnsItsCode(int code) throws Exception {
        assertThat(CliResult.of(run("sh", "-c", "exit " + code)).code()).isEqualTo(code);

        scene().assertNothingLeft();
    }

    @Test
    default void run_events_printsThemInOrder() {
        CliResult result = CliResult.of(run("--events", "sh", "-c", "exit 3"));

        assertThat(result.code()).isEqualTo(3);
        List<EventEnvelope> events = result.err().lines().map(EventJson::read).toList();
        assertThat(events)
                .extracting(event -> event.topic().path())
                .containsExactly("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete");
        assertThat(CliResult.of("events", "--root", scene().state().toString()).out())
                .isEqualTo(result.err());
    }

    @Test
    default void run_tooLong_returns124() throws Exception {
        CliResult result = CliResult.of(run("--timeout", "300ms", "sleep", "1000"));

        assertThat(result.code()).isEqualTo(124);
        assertThat(result.err()).startsWith("runflux: container " + scene().id() + " ran longer than");
        assertThat(result.err().lines()).hasSize(1);
        scene().assertNothingLeft();
    }

    @Test
    default void run_noSuchProgram_returns127() throws Exception {
        CliResult result = CliResult.of(run("no-such-program"));

        assertThat(result.code()).isEqualTo(127);
        assertThat(result.err())
                .startsWith("runflux: ")
                .contains("no-such-program")
                .doesNotContain("--bundle");
        assertThat(result.err().lines()).hasSize(1);
        scene().assertNothingLeft();
    }

    @Test
    default void run_bundleWithoutConfiguration_returns125() throws Exception {
        Path bundle = Files.createDirectory(scene().state().resolveSibling("bundle"));

        CliResult result = CliResult.of(
                "run", "--root", scene().state().toString(), "--runtime", runtime(), "--bundle", bundle.toString());

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("it has no config.json");
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    default void run_outputAndErrors_arePassedOn() throws Exception {
        try (CliProcess cli = CliProcess.start(
                scene(), run("-e", "A=b", "-w", "/usr", "sh", "-c", "pwd; echo $A; echo oops >&2; exit 42"))) {
            assertThat(cli.end()).isEqualTo(42);

            assertThat(cli.out()).isEqualTo("/usr\nb\n");
            assertThat(cli.err().lines()).contains("oops");
        }
        scene().assertNothingLeft();
    }

    @Test
    default void run_inputThatEnds_isCopied() throws Exception {
        try (CliProcess cli = CliProcess.start(scene(), run("-i", "cat"))) {
            cli.process().getOutputStream().write("hi\n".getBytes(StandardCharsets.UTF_8));
            cli.process().getOutputStream().close();

            assertThat(cli.end()).isZero();
            assertThat(cli.out()).isEqualTo("hi\n");
        }
    }

    @Test
    default void run_inputThatNeverEnds_endsWithTheContainer() throws Exception {
        try (CliProcess cli = CliProcess.start(scene(), run("-i", "true"))) {
            assertThat(cli.end()).isZero();
        }
        scene().assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    default void run_jvmIsSignalled_stopsAndLeavesNothing(String signal, int code) throws Exception {
        try (CliProcess cli = CliProcess.start(scene(), run("--events", "sh", "-c", scene().sleeper()))) {
            cli.awaitOutput("up").send(signal);

            assertThat(cli.end()).isEqualTo(code);
            assertThat(cli.err()).contains("/tasks/exit", "/tasks/delete").doesNotContain("runflux: ");
        }
        scene().assertNothingLeft();
    }

    @Test
    default void kill_fromAnotherJvm_endsTheRun() throws Exception {
        String root = scene().state().toString();
        String id = scene().id();
        try (CliProcess cli = CliProcess.start(scene(), run("sh", "-c", scene().sleeper()))) {
            cli.awaitOutput("up");

            assertThat(CliResult.of("list", "--root", root).out()).contains(id, runtime(), "running");
            assertThat(CliResult.of("list", "--root", root, "--format", "json").out())
                    .contains("\"id\":\"" + id + "\"");
            assertThat(CliResult.of("state", "--root", root, id).out()).contains("\"status\":\"running\"");
            assertThat(CliResult.of("delete", "--root", root, id).err()).contains("in state running");
            assertThat(CliResult.of(run("true")).err()).contains("container already exists: " + id);
            assertThat(CliResult.of("kill", "--root", root, id, "KILL").code()).isZero();
            assertThat(cli.end()).isEqualTo(137);
        }
        assertThat(CliResult.of("kill", "--root", root, id).err()).contains("there is no container " + id);
        scene().assertNothingLeft();
    }

    @Test
    default void exec_inRunningContainer_endsAsItsProcessDoes() throws Exception {
        String root = scene().state().toString();
        String id = scene().id();
        try (CliProcess cli = CliProcess.start(scene(), run("-e", "A=b", "sh", "-c", scene().sleeper()))) {
            cli.awaitOutput("up");

            try (CliProcess exec = CliProcess.start(
                    scene(), "exec", "--root", root, "-w", "/usr", id, "sh", "-c", "echo $PWD/$A; exit 5")) {
                assertThat(exec.end()).isEqualTo(5);
                assertThat(exec.out()).isEqualTo("/usr/b\n");
                assertThat(exec.err()).isEmpty();
            }
            assertThat(CliResult.of("exec", "--root", root, id, "sh", "-c", "kill -9 $$"))
                    .isEqualTo(new CliResult(137, "", ""));
            CliResult missing = CliResult.of("exec", "--root", root, id, "no-such-program");
            assertThat(missing.code()).isEqualTo(127);
            assertThat(missing.out()).isEmpty();
            assertThat(missing.err()).contains("runflux: ").contains("no-such-program");
            assertThat(CliResult.of("kill", "--root", root, id, "KILL").code()).isZero();
            assertThat(cli.end()).isEqualTo(137);
        }
        assertThat(CliResult.of("exec", "--root", root, id, "true"))
                .isEqualTo(new CliResult(125, "", "runflux: there is no container " + id + "\n"));
        scene().assertNothingLeft();
    }

    @Test
    default void exec_input_isCopied() throws Exception {
        String root = scene().state().toString();
        try (CliProcess cli = CliProcess.start(scene(), run("sh", "-c", scene().sleeper()))) {
            cli.awaitOutput("up");
            try (CliProcess exec = CliProcess.start(scene(), "exec", "--root", root, "-i", scene().id(), "cat")) {
                exec.process().getOutputStream().write("hi\n".getBytes(StandardCharsets.UTF_8));
                exec.process().getOutputStream().close();

                assertThat(exec.end()).isZero();
                assertThat(exec.out()).isEqualTo("hi\n");
            }
            cli.send("TERM");
            cli.end();
        }
        scene().assertNothingLeft();
    }

    /** Terminating the command ends the process, or what stands for it, and not the container. */
    @Test
    default void exec_jvmIsTerminated_endsTheProcess() throws Exception {
        String root = scene().state().toString();
        try (CliProcess cli = CliProcess.start(scene(), run("sh", "-c", "echo up; exec tail -f /dev/null"))) {
            cli.awaitOutput("up");
            try (CliProcess exec =
                    CliProcess.start(scene(), "exec", "--root", root, scene().id(), "sh", "-c", scene().sleeper())) {
                exec.awaitOutput("up").send("TERM");

                assertThat(exec.end()).isEqualTo(143);
                assertThat(exec.err()).doesNotContain("runflux: ");
            }
            assertThat(CliResult.of("state", "--root", root, scene().id()).out())
                    .contains("running");
            cli.send("TERM");
            cli.end();
        }
        scene().assertNothingLeft();
    }
}
