// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.program;
import static io.runflux.process.LauncherFixture.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process finds when it starts: arguments, environment, directory, files. */
interface EnvironmentContract extends LauncherFixture {
    @Test
    default void environment_default_isEmpty() {
        assertThat(capture(program("/usr/bin/env")).stdout()).isEmpty();
    }

    @Test
    default void environment_set_isThatOnly() {
        ProcessSpec.Builder spec = program("/usr/bin/env").environment("NAME", "a value = with more");
        assertThat(capture(spec).stdout()).isEqualTo("NAME=a value = with more\n");
    }

    @Test
    default void environment_inherited_isOverriddenByWhatIsSet() {
        Map<String, String> expected = new HashMap<>(System.getenv());
        expected.put("PATH", "/mine");
        String output = capture(
                        program("/usr/bin/env", "-0").inheritEnvironment().environment("PATH", "/mine"))
                .stdout();
        List<String> variables = List.of(output.split("\0", -1));
        assertThat(variables).contains("PATH=/mine").hasSize(expected.size() + 1);
    }

    @Test
    default void arguments_oddOnes_arriveUnchanged() {
        String[] arguments = {"%s|", "", " a b ", "'\"$(x)`*", "line\nbreak", "\\", "-n"};
        assertThat(capture(program("/usr/bin/printf", arguments)).stdout())
                .isEqualTo("| a b |'\"$(x)`*|line\nbreak|\\|-n|");
    }

    @Test
    default void workingDirectory_set_isTaken(@TempDir Path directory) throws IOException {
        Path real = directory.toRealPath();
        assertThat(capture(program("/bin/pwd", "-P").workingDirectory(real)).stdout())
                .isEqualTo(real + "\n");
    }

    @Test
    default void stdin_nullDevice_isAtItsEnd() {
        CapturedOutput output = capture(program("/bin/cat"));
        assertThat(output.status().isSuccess()).isTrue();
        assertThat(output.stdout()).isEmpty();
    }

    @Test
    default void stdin_file_isRead(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("in"), "from a file");
        assertThat(capture(program("/bin/cat").stdin(Stdio.readFrom(file))).stdout())
                .isEqualTo("from a file");
    }

    @Test
    default void stdout_writtenTo_isEmptiedBefore(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("out"), "something longer, from before");
        exitOf(launch(sh("echo new").stdout(Stdio.writeTo(file))));
        assertThat(file).content().isEqualTo("new\n");
    }

    @Test
    default void stdout_appendedTo_isKept(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("out"), "old\n");
        exitOf(launch(sh("echo new").stdout(Stdio.appendTo(file))));
        assertThat(file).content().isEqualTo("old\nnew\n");
    }

    @Test
    default void stderr_toStdoutFile_sharesIt(@TempDir Path directory) {
        Path file = directory.resolve("both");
        exitOf(launch(sh("echo one; echo two >&2; echo three")
                .stdout(Stdio.writeTo(file))
                .stderr(Stdio.toStdout())));
        assertThat(file).content().isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    default void stderr_toStdoutPipe_keepsTheOrder() {
        CapturedOutput output = capture(sh("echo one; echo two >&2; echo three").stderr(Stdio.toStdout()));
        assertThat(output.stdout()).isEqualTo("one\ntwo\nthree\n");
        assertThat(output.stderr()).isEmpty();
    }

    @Test
    default void descriptors_notAskedFor_areClosed() {
        String listing = capture(sh("ls /proc/self/fd")).stdout();
        assertThat(listing.lines()).containsExactly("0", "1", "2", "3");
    }
}
