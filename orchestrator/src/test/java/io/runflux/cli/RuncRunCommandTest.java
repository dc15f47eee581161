// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
class RuncRunCommandTest implements RunCommandContract {
    private static final Pattern PID = Pattern.compile("\"pid\":(\\d+)");

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
        return "runc";
    }

    private CliResult command(String name, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(name, "--root", scene.state().toString()));
        arguments.addAll(List.of(more));
        return CliResult.of(arguments.toArray(String[]::new));
    }

    @Test
    void commands_onRunningContainer_doWhatTheySay() throws Exception {
        String id = scene.id();
        try (CliProcess cli = CliProcess.start(scene, run("sh", "-c", scene.sleeper()))) {
            cli.awaitOutput("up");

            assertThat(command("ps", id).out().lines()).hasSize(2).anyMatch(line -> line.contains(" sleep "));
            assertThat(command("ps", "--format", "json", id).out()).startsWith("[{\"pid\":");
            assertThat(command("top", id, "pid,comm").out().lines().toList())
                    .hasSize(2)
                    .element(1)
                    .asString()
                    .endsWith(" sleep");
            assertThat(command("stats", id).out()).contains("memory-bytes ", "cpu-millis ", "pids ");
            assertThat(command("stats", "--format", "json", id).out())
                    .startsWith("{")
                    .contains("\"memory\"");
            assertThat(command("update", id, "--memory", "64m", "--cpu-shares", "512")
                            .code())
                    .isZero();
            assertThat(command("pause", id).code()).isZero();
            assertThat(command("state", id).out()).contains("\"status\":\"paused\"");
            assertThat(command("pause", id).err()).contains("in state paused");
            assertThat(command("resume", id).code()).isZero();
            assertThat(command("state", id).out()).contains("\"status\":\"running\"");
            assertThat(command("exec", "-d", id, "sleep", "1000").out()).matches("\\d+\n");
            assertThat(command("ps", id).out().lines()).hasSize(3);
            waitFor(id);
            assertThat(cli.end()).isEqualTo(137);
        }
        assertThat(scene.state().resolve("calls")).isEmptyDirectory();
        scene.assertNothingLeft();
    }

    /** How it ended the waiting command learns where the kernel tells. A process that is newer may have a lower pid. */
    private void waitFor(String id) throws Exception {
        Matcher init = PID.matcher(command("state", id).out());
        assertThat(init.find()).isTrue();
        String pid = init.group(1);
        try (CliProcess waiting =
                CliProcess.start(scene, "wait", "--root", scene.state().toString(), id)) {
            CliProcess.await(() -> isWatching(waiting.process().pid(), pid));
            assertThat(command("kill", id, "KILL").code()).isZero();

            assertThat(waiting.end()).as(waiting.err()).isZero();
            assertThat(waiting.out()).isIn("137\n", "255\n");
        }
    }

    private static boolean isWatching(long watcher, String pid) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + watcher + "/fdinfo"))) {
            return descriptors.anyMatch(file -> isPidfdOf(file, pid));
        }
    }

    private static boolean isPidfdOf(Path descriptor, String pid) {
        try {
            return Files.readString(descriptor).contains("Pid:\t" + pid + "\n");
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void featuresAndSpec_ofRunc_areJson() {
        assertThat(command("spec", "--runtime", "runc").out()).startsWith("{\"ociVersion\":");
        assertThat(command("features", "--runtime", "runc").out()).startsWith("{\"ociVersionMin\":");
    }

    /** Run through a command, the runtime is the same. */
    @Test
    void list_withPrefixAndFlag_callsTheRuntimeThroughIt() {
        CliResult result = command(
                "list",
                "--runtime",
                "runc",
                "--runtime-prefix",
                "/bin/sh,-c,exec \"$@\",sh",
                "--runtime-flag",
                "debug=true");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(command("list", "--runtime", "runc", "--runtime-flag", "no-such-flag=1")
                        .code())
                .isEqualTo(1);
    }
}
