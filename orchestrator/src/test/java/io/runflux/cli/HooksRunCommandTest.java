// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("once")
class HooksRunCommandTest {
    private Path directory;
    private Scene scene;

    @BeforeEach
    void setScene(@TempDir Path given) throws Exception {
        directory = given;
        scene = new Scene(given);
    }

    private static CliResult run(String... more) {
        return CliResult.of(arguments(more));
    }

    private static String[] arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("hooks", "run"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private String read(String name) throws Exception {
        return Files.readString(directory.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 7, 7", "exit 255, 255", "kill -9 $$, 137"})
    void run_hookEnds_endsAsItDid(String script, int code) {
        assertThat(run("/bin/sh", "-c", script)).isEqualTo(new CliResult(code, "", ""));
    }

    @Test
    void run_environmentAndOptionsOfTheHook_areItsOwn() throws Exception {
        CliResult result = run(
                "-e",
                "A=b",
                "-e",
                "A=c",
                "/bin/sh",
                "-c",
                "/usr/bin/env >\"$1\"; echo \"$2\" >>\"$1\"",
                "sh",
                file("out"),
                "--timeout");

        assertThat(result).isEqualTo(new CliResult(0, "", ""));
        assertThat(read("out").lines()).contains("A=c").doesNotContain("A=b").endsWith("--timeout");
        assertThat(read("out")).doesNotContain("PATH=", "HOME=");
    }

    @Test
    void run_stateAndRelativeProgram_areFound() throws Exception {
        Files.writeString(directory.resolve("state"), "{}");

        CliResult result = run(
                "--cwd",
                "/usr",
                "--state",
                file("state"),
                "bin/sh",
                "-c",
                "read line; echo $line $0 $PWD >$1",
                "arg0",
                file("out"));

        assertThat(result).isEqualTo(new CliResult(0, "", ""));
        assertThat(read("out")).isEqualTo("{} arg0 /usr\n");
    }

    @Test
    void run_noState_isEmptyInput() throws Exception {
        assertThat(run("/bin/sh", "-c", "/bin/cat >\"$1\"", "sh", file("out")).code())
                .isZero();
        assertThat(read("out")).isEmpty();
    }

    @Test
    void run_stateIsTooLong_refusesIt() throws Exception {
        try (RandomAccessFile state = new RandomAccessFile(file("state"), "rw")) {
            state.setLength(HookState.MAX_BYTES + 1L);
        }

        CliResult result = run("--state", file("state"), "/bin/sh", "-c", ": >\"$1\"", "sh", file("ran"));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("runflux: --state must be at most 16777216 bytes, '" + file("state") + "' has more (see");
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void run_tooLong_returns124AndSaysWhyAndWhatItDid() {
        CliResult result = run("--timeout", "200ms", "/bin/sleep", "1000");

        assertThat(result.code()).isEqualTo(124);
        assertThat(result.err()).isEqualTo("""
                runflux: hook /bin/sleep was killed: it exceeded its time limit of 200ms
                runflux: executing [/bin/sleep 1000]: signal SIGKILL
                """);
    }

    @Test
    void run_tooLongWithGroup_killsWhatItStarted() throws Exception {
        CliResult result = run("--timeout", "1s", "--kill-group", "/bin/sh", "-c", started());

        assertThat(result.code()).isEqualTo(124);
        assertThat(read("up")).isEqualTo("up\n");
        CliProcess.await(() -> scene.processes().isEmpty());
    }

    /** A hook that waits for a sleeper, which has written {@code up}. */
    private String started() {
        return "PATH=/usr/bin:/bin; (" + scene.sleeper() + ") >" + file("up") + " & wait";
    }

    @ParameterizedTest
    @CsvSource({"/no/such, 127", "no-such, 127", "/etc, 127", "/etc/passwd, 127"})
    void run_noSuchProgram_saysSo(String program, int code) {
        CliResult result = run(program);

        assertThat(result.code()).isEqualTo(code);
        assertThat(result.err()).startsWith("runflux: ").contains(program);
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void run_programThatCannotBe_returns125() {
        CliResult result = run("/bin/sh", "-c", "a\0b");

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void run_inputOutputAndErrors_areThoseOfTheCommand() throws Exception {
        try (CliProcess cli = CliProcess.start(
                scene, arguments("--state", "-", "/bin/sh", "-c", "/bin/cat; echo oops >&2; exit 3"))) {
            cli.process().getOutputStream().write("hi\n".getBytes(StandardCharsets.UTF_8));
            cli.process().getOutputStream().close();

            assertThat(cli.end()).as(cli.err()).isEqualTo(3);
            assertThat(cli.out()).isEqualTo("hi\n");
            assertThat(cli.err()).isEqualTo("oops\n");
        }
    }

    @Test
    void run_jvmIsSignalled_killsTheHookAndItsGroup() throws Exception {
        try (CliProcess cli = CliProcess.start(scene, arguments("--kill-group", "/bin/sh", "-c", started()))) {
            CliProcess.await(
                    () -> Files.exists(directory.resolve("up")) && read("up").equals("up\n"));
            cli.send("INT");

            assertThat(cli.end()).isEqualTo(130);
            assertThat(cli.err()).isEmpty();
        }
        CliProcess.await(() -> scene.processes().isEmpty());
    }
}
